import HTTP
import TestSupport
import Testing

@testable import Bridge

/// What the doctor says of a certificate that is not to be trusted.
@Suite struct CertificateCheckTests {
  private static let leaf = [
    HTTPHeader("Subject", "CN = gitlab.example.com"),
    HTTPHeader("Issuer", "O = Example, CN = Issuing CA 1"),
    HTTPHeader("X509v3 Subject Alternative Name", "DNS:gitlab.example.com, DNS:git.example.com"),
    HTTPHeader("Expire date", "Nov 23 11:37:03 2026 GMT"),
  ]
  private static let issuing = [
    HTTPHeader("Subject", "O = Example, CN = Issuing CA 1"),
    HTTPHeader("Issuer", "O = Example, CN = Root CA"),
    HTTPHeader("Expire date", "Sep 20 11:37:03 2027 GMT"),
  ]
  private static let selfSigned = [
    HTTPHeader("Subject", "CN = gitlab"), HTTPHeader("Issuer", "CN = gitlab"),
  ]

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let problem: CertificateProblem
    let chain: [HTTPHeader]
    var caFile: String?
    let words: String?
  }

  static let cases = [
    Case(
      testDescription: "no CA file",
      problem: .unknownAuthority,
      chain: leaf + issuing,
      words: """
        the authority is "O = Example, CN = Root CA"; set ca_file under [gitlab] to a PEM file with \
        its certificate
        """
    ),
    Case(
      testDescription: "another CA file",
      problem: .unknownAuthority,
      chain: leaf + issuing,
      caFile: "/etc/ssl/old.pem",
      words: """
        the authority is "O = Example, CN = Root CA"; "/etc/ssl/old.pem" does not hold its certificate
        """
    ),
    Case(
      testDescription: "a server that leaves the chain out",
      problem: .unknownAuthority,
      chain: leaf,
      caFile: "/etc/ssl/root.pem",
      words: """
        the authority is "O = Example, CN = Issuing CA 1"; "/etc/ssl/root.pem" does not hold its \
        certificate
        the server shows its own certificate alone: where another authority stands above this one, \
        let it send the whole chain
        """
    ),
    Case(
      testDescription: "its own authority",
      problem: .selfSigned,
      chain: selfSigned,
      words: """
        the authority is "CN = gitlab"; set ca_file under [gitlab] to a PEM file with its certificate
        """
    ),
    Case(
      testDescription: "an end",
      problem: .expired,
      chain: leaf + issuing,
      words: """
        "CN = gitlab.example.com" ends Nov 23 11:37:03 2026 GMT
        "O = Example, CN = Issuing CA 1" ends Sep 20 11:37:03 2027 GMT
        """
    ),
    Case(
      testDescription: "other hosts",
      problem: .otherHost("10.0.0.7"),
      chain: leaf,
      words: "it is for DNS:gitlab.example.com, DNS:git.example.com"
    ),
    Case(
      testDescription: "no names at all, and a hostile one",
      problem: .otherHost("10.0.0.7"),
      chain: [HTTPHeader("Subject", "CN = a\u{1B}[2Jb")],
      words: "it is for CN = a\\u{1B}[2Jb"
    ),
    Case(testDescription: "nothing seen", problem: .expired, chain: [], words: nil),
  ]

  @Test(arguments: cases)
  func `it names what would mend it`(of item: Case) async {
    let transport = RecordingTransport([.success(HTTPResponse(status: 0, headers: item.chain))])
    let connection = HTTPRequest.Connection(proxy: "http://proxy:3128", caFile: item.caFile)
    let check = CertificateCheck(transport: transport, connection: connection, section: "gitlab")
    #expect(await check.words(on: item.problem, at: "https://10.0.0.7") == item.words)
    #expect(transport.requests.map(\.method) == [.handshake])
    #expect(transport.requests.map(\.url) == ["https://10.0.0.7"])
    #expect(transport.requests.map(\.connection) == [connection])
    #expect(transport.requests.map(\.headers) == [[]])
  }

  @Test func `a server that is gone meanwhile is no more trouble`() async {
    let transport = RecordingTransport([.failure(.cannotConnect(reason: "connection refused"))])
    let check = CertificateCheck(
      transport: transport,
      connection: HTTPRequest.Connection(),
      section: "wecom"
    )
    #expect(await check.words(on: .selfSigned, at: "https://10.0.0.7") == nil)
  }
}
