import TOML

extension Loader {
  private static let proxySchemes = ["http", "https", "socks5", "socks5h", "socks4", "socks4a"]

  /// Placeholders stand in for what is wrong: with errors nothing of it is used.
  func loadGitLab(_ root: TOMLTable) -> GitLabSettings {
    var settings = GitLabSettings(url: "", token: Secret(""))
    guard let gitlab = section(KnownKeys.gitlab, of: root) else { return settings }
    require("url", in: gitlab, "[gitlab]", #"url = "https://gitlab.example.com""#)
    require("token", in: gitlab, "[gitlab]", #"token = { file = "token" }"#)
    let surplus = ["/api/v4"]
    if let url = address("url", of: gitlab, surplus: surplus, unencrypted: .unencryptedToken) {
      settings.url = url
    }
    if let token = loadToken(of: gitlab) { settings.token = token }
    settings.caFile = loadCAFile(of: gitlab)
    settings.proxy = loadProxy(of: gitlab)
    if let timeout = gitlab.duration("timeout", mayBeZero: false) { settings.timeout = timeout }
    if let concurrency = gitlab.integer("concurrency", from: 1, to: 256)?.value {
      settings.concurrency = concurrency
    }
    if let rate = gitlab.number("requests_per_second"), rate > 0 {
      settings.requestsPerSecond = rate
    }
    return settings
  }

  func loadWeCom(_ root: TOMLTable) -> WeComSettings {
    var settings = WeComSettings()
    guard let wecom = section(KnownKeys.wecom, of: root) else { return settings }
    let surplus = [WebhookAddress.path]
    if let url = address("url", of: wecom, surplus: surplus, unencrypted: .unencryptedKeys) {
      settings.url = url
    }
    settings.proxy = loadProxy(of: wecom)
    settings.caFile = loadCAFile(of: wecom)
    if let timeout = wecom.duration("timeout", mayBeZero: false) { settings.timeout = timeout }
    return settings
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
