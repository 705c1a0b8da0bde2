import TOML

extension Loader {
  private static let proxySchemes = ["http", "https", "socks5", "socks5h", "socks4", "socks4a"]

  /// Placeholders stand in for what is wrong: with errors nothing of it is used.
  func loadGitLab(_ root: TOMLTable) -> GitLabSettings {
    let gitlab = section(KnownKeys.gitlab, of: root)
    if let gitlab {
      require("url", in: gitlab, "[gitlab]", #"url = "https://gitlab.example.com""#)
      require("token", in: gitlab, "[gitlab]", #"token = { file = "token" }"#)
    }
    var requestsPerSecond = gitlab?.number("requests_per_second")
    if requestsPerSecond == 0 { requestsPerSecond = nil }
    return GitLabSettings(
      url: gitlab.flatMap {
        address("url", of: $0, surplus: ["/api/v4", "/api"], unencrypted: .unencryptedToken)
      } ?? "",
      token: gitlab.flatMap(loadToken) ?? Secret(""),
      caFile: gitlab.flatMap(loadCAFile),
      proxy: gitlab.flatMap(loadProxy),
      timeout: gitlab?.duration("timeout", mayBeZero: false) ?? .seconds(30),
      concurrency: gitlab?.integer("concurrency", from: 1, to: 256)?.value ?? 8,
      requestsPerSecond: requestsPerSecond
    )
  }

  func loadWeCom(_ root: TOMLTable) -> WeComSettings {
    let wecom = section(KnownKeys.wecom, of: root)
    return WeComSettings(
      url: wecom.flatMap {
        address(
          "url",
          of: $0,
          surplus: [WebhookAddress.path, "/cgi-bin/webhook", "/cgi-bin"],
          unencrypted: .unencryptedKeys
        )
      } ?? "https://qyapi.weixin.qq.com",
      proxy: wecom.flatMap(loadProxy),
      caFile: wecom.flatMap(loadCAFile),
      timeout: wecom?.duration("timeout", mayBeZero: false) ?? .seconds(10)
    )
  }

  func require(_ key: String, in section: Section, _ place: String, _ example: String) {
    if section.entry(key) == nil {
      findings.report(.missingKey(key, place: place, example: example), at: section.span)
    }
  }

  /// The base address of a server, without what requests add to it.
  private func address(
    _ key: String,
    of section: Section,
    surplus: [String],
    unencrypted: ConfigurationRemark
  ) -> String? {
    guard let text = section.line(key) else { return nil }
    guard let address = checkedAddress(text, key: key, schemes: ["https", "http"]) else {
      return nil
    }
    if let end = surplus.first(where: { address.path.hasSuffix($0) }) {
      findings.report(.addressPath(key, surplus: end), at: text.span)
      return nil
    }
    if address.scheme == "http" { findings.remark(unencrypted, at: text.span) }
    return address.text
  }

  private func loadProxy(of section: Section) -> String? {
    guard let text = section.line("proxy") else { return nil }
    let address = checkedAddress(text, key: "proxy", schemes: Self.proxySchemes)
    guard let address else { return nil }
    guard address.path.isEmpty else {
      findings.report(.address("proxy", .path), at: text.span)
      return nil
    }
    return address.text
  }

  private func checkedAddress(
    _ text: Section.Placed<String>,
    key: String,
    schemes: [String]
  ) -> WebAddress? {
    switch WebAddress.read(text.value, schemes: schemes) {
    case .failure(let error):
      findings.report(.address(key, error.problem), at: text.span)
      return nil
    case .success(let address) where address.query != nil:
      findings.report(.address(key, .query), at: text.span)
      return nil
    case .success(let address):
      return address
    }
  }

  /// A certificate file that cannot be used would only show as a failed connection later.
  private func loadCAFile(of section: Section) -> String? {
    guard let text = section.line("ca_file") else { return nil }
    let path = source.path(of: text.value)
    switch source.readFile(path) {
    case .failure(let problem):
      findings.report(.certificateFile(path: path, problem), at: text.span)
      return nil
    case .success(let contents):
      let hasCertificate = contents.bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        .contains { line in
          line.starts(with: "-----BEGIN ".utf8) && line.elementsEqualSuffix("CERTIFICATE-----")
        }
      guard hasCertificate else {
        findings.report(.noCertificate(path: path), at: text.span)
        return nil
      }
      return path
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func elementsEqualSuffix(_ text: String) -> Bool {
    let trimmed = reversed().drop { $0 == 0x20 || $0 == 0x09 }
    return trimmed.starts(with: text.utf8.reversed())
  }
}
