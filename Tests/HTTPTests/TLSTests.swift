import Glibc
import HTTP
import Testing

@Suite(.timeLimit(.minutes(15)), .enabled(if: TLSServer.isAvailable))
struct TLSTests {
  private let client = CurlClient(concurrency: 1, userAgent: "test")

  private func result(
    from server: TLSServer,
    caFile: String? = nil
  ) async -> Result<HTTPResponse, HTTPError> {
    let connection = HTTPRequest.Connection(caFile: caFile)
    return await outcome(of: HTTPRequest(url: server.url, connection: connection), through: client)
  }

  @Test func `row 82: an unknown authority is refused, the CA file makes it known`() async throws {
    let server = try TLSServer()
    let unknown = HTTPError.certificateRefused(.selfSigned)
    #expect(await result(from: server) == .failure(unknown))
    let trusted = await result(from: server, caFile: server.certificate)
    #expect(try trusted.get().status == 200)
    // What was trusted for one kind of connection is not for another.
    #expect(await result(from: server) == .failure(unknown))
  }

  @Test func `row 82: another host's certificate is refused`() async throws {
    let server = try TLSServer(address: "127.0.0.2")
    let result = await result(from: server, caFile: server.certificate)
    #expect(result == .failure(.certificateRefused(.otherHost("127.0.0.1"))))
  }

  @Test func `row 82: an expired certificate is refused`() async throws {
    let server = try TLSServer(isExpired: true)
    let result = await result(from: server, caFile: server.certificate)
    #expect(result == .failure(.certificateRefused(.expired)))
  }

  @Test func `a handshake tells of a certificate that nobody trusts, and trusts it no more`()
    async throws
  {
    let server = try TLSServer(address: "127.0.0.2")
    let request = HTTPRequest(method: .handshake, url: server.url)
    let answer = try await outcome(of: request, through: client).get()
    #expect(answer.status == 0)
    #expect(answer.body == [])
    #expect(answer.header("Subject") == "CN = test")
    #expect(answer.header("Issuer") == "CN = test")
    #expect(answer.header("X509v3 Subject Alternative Name") == "IP Address:127.0.0.2")
    #expect(answer.header("Expire date")?.hasSuffix(" GMT") == true)
    #expect(await result(from: server) == .failure(.certificateRefused(.selfSigned)))
  }

  @Test(
    arguments: [
      (2, CertificateProblem.unknownAuthority), (9, .notYetValid), (10, .expired),
      (18, .selfSigned),
      (19, .unknownAuthority), (20, .unknownAuthority), (21, .unknownAuthority), (0, nil),
      (26, nil),
    ] as [(Int, CertificateProblem?)]
  )
  func `OpenSSL's verdicts are told apart`(verdict: Int, problem: CertificateProblem?) {
    #expect(CertificateProblem(verifyResult: verdict) == problem)
  }

  @Test func `a POST over TLS counts as sent once the handshake is done`() async throws {
    // OpenSSL's server answers nothing but GET.
    let server = try TLSServer()
    let request = HTTPRequest(
      method: .post,
      url: server.url,
      connection: HTTPRequest.Connection(caFile: server.certificate),
      timeout: .milliseconds(500)
    )
    let result = await outcome(of: request, through: client)
    #expect(result == .failure(.timedOut(wasSent: true)))
  }

  @Test(arguments: [
    ("/nonexistent/ca.pem", "no such file or directory"),
    ("/dev/null", "it holds no usable certificate"),
    ("/etc/passwd", "it holds no usable certificate"),
    ("/tmp", "is a directory"),
  ])
  func `a CA file that cannot be used is told as such`(
    path: String,
    reason: String
  ) async throws {
    let server = try TLSServer()
    let result = await result(from: server, caFile: path)
    #expect(result == .failure(.unusableCAFile(path: path, reason: reason)))
  }

  @Test func `the keys of a session are written to no file`() async throws {
    let server = try TLSServer()
    await #expect(processExitsWith: .success) {
      [url = server.url as String, certificate = server.certificate as String] in
      let log = certificate + ".keys"
      unsafe setenv("SSLKEYLOGFILE", log, 1)
      let client = CurlClient(concurrency: 1, userAgent: "test")
      let connection = HTTPRequest.Connection(caFile: certificate)
      let response = try await client.send(HTTPRequest(url: url, connection: connection))
      #expect(response.status == 200)
      #expect(unsafe access(log, F_OK) != 0)
    }
  }
}
