internal import HTTP

/// Looks at the certificates of a server that was not to be trusted, and says what would mend it.
struct CertificateCheck: Sendable {
  let transport: any Transport
  /// How the server is reached.
  let connection: HTTPRequest.Connection
  /// Where the configuration has the server: `gitlab` or `wecom`.
  let section: String

  /// Returns what the server's certificates say about a problem; nil where they cannot be seen.
  ///
  /// Shakes hands with the server once more, and sends nothing.
  func words(on problem: CertificateProblem, at url: String) async -> String? {
    let request = HTTPRequest(
      method: .handshake,
      url: url,
      connection: connection,
      timeout: .seconds(10)
    )
    guard let answer = try? await transport.send(request) else { return nil }
    let chain = Self.chain(answer.headers)
    guard let own = chain.first, let top = chain.last else { return nil }
    switch problem {
    case .unknownAuthority, .selfSigned:
      let authority = "the authority is \(Self.quoted(top.issuer))"
      let file =
        connection.caFile.map { "\"\(ShownText.line($0))\" does not hold its certificate" }
        ?? "set ca_file under [\(section)] to a PEM file with its certificate"
      guard chain.count == 1, own.issuer != own.subject else { return "\(authority); \(file)" }
      return """
        \(authority); \(file)
        the server shows its own certificate alone: where another authority stands above this one, \
        let it send the whole chain
        """
    case .expired, .notYetValid:
      return chain.map { "\(Self.quoted($0.subject)) ends \(ShownText.line($0.end, limit: 40))" }
        .joined(separator: "\n")
    case .otherHost:
      return "it is for \(ShownText.line(own.names.isEmpty ? own.subject : own.names, limit: 200))"
    }
  }

  private struct Certificate {
    var subject = ""
    var issuer = ""
    var end = ""
    /// The hosts that it is for, as in `DNS:gitlab.example.com`.
    var names = ""
  }

  /// Returns the server's own certificate and those above it.
  private static func chain(_ lines: [HTTPHeader]) -> [Certificate] {
    var chain: [Certificate] = []
    for line in lines {
      if line.name == "Subject" { chain.append(Certificate()) }
      guard let last = chain.indices.last else { continue }
      switch line.name {
      case "Subject": chain[last].subject = line.value
      case "Issuer": chain[last].issuer = line.value
      case "Expire date": chain[last].end = line.value
      case "X509v3 Subject Alternative Name": chain[last].names = line.value
      default: break
      }
    }
    return chain
  }

  private static func quoted(_ name: String) -> String {
    "\"\(ShownText.line(name, limit: 200))\""
  }
}
