import Configuration
import FoundationEssentials

/// Configurations for tests, in a folder that exists only here.
enum Sample {
  static let token = "glpat-Zt9xQ3mK7vB2nL5wR8pY"
  static let key = "693a91f6-7a00-4a2f-8a1b-0d5c3b17c4f1"
  static let otherKey = "0d5c3b17-c4f1-4693-a91f-67a004a217e0"

  static let gitlab = """
    [gitlab]
    url = "https://gitlab.example.com"
    token = "\(token)"

    """
  static let bot = """
    [[bots]]
    name = "docs"
    key = "\(key)"

    """
  static let route = """
    [[routes]]
    bots = ["docs"]

    """
  /// The least that works: eight lines.
  static let least = gitlab + bot + route

  static let files:
    [String: Result<ConfigurationSource.FileContents, ConfigurationSource.FileProblem>] =
      [
        "/srv/bridge/token": file(token + "\n"),
        "/srv/bridge/windows.token": file("\u{FEFF}" + token + "\r\n"),
        "/srv/bridge/open.token": file(token + "\n", mode: 0o100644),
        "/srv/bridge/group.token": file(token + "\n", mode: 0o100640),
        "/srv/bridge/empty.token": file("\n"),
        "/srv/bridge/two-lines.token": file(token + "\n\n"),
        "/srv/bridge/binary.token": .success(.init(bytes: [0xFF, 0xFE, 0x00], mode: 0o100600)),
        "/srv/bridge/huge.token": file(String(repeating: "a", count: 5000)),
        "/srv/bridge/denied.token": .failure(.denied),
        "/srv/bridge/folder": .failure(.isFolder),
        "/srv/bridge/broken": .failure(.failed("Input/output error")),
        "/srv/bridge/disk.img": .failure(.tooLarge),
        "/srv/bridge/team.key": file(key + "\n"),
        "/srv/bridge/address.key": file(
          "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=\(otherKey)\n"
        ),
        "/srv/bridge/ca.pem": file(
          "# ours\r\n-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n"
        ),
        "/etc/ssl/certs/internal-ca.pem": file("-----BEGIN TRUSTED CERTIFICATE-----\n"),
        "/run/credentials/bridge/gitlab-token": file(token, mode: 0o100400),
        "/outside/token": file(token),
      ]

  static func file(
    _ text: String,
    mode: UInt32 = 0o100600
  ) -> Result<ConfigurationSource.FileContents, ConfigurationSource.FileProblem> {
    .success(.init(bytes: Array(text.utf8), mode: mode))
  }

  static let environment = [
    "GITLAB_TOKEN": token,
    "EMPTY": "",
    "CREDENTIALS_DIRECTORY": "/run/credentials/bridge",
  ]

  static func source(
    _ text: String,
    mode: UInt32? = 0o100600,
    directory: String = "/srv/bridge",
    environment: [String: String] = environment
  ) -> ConfigurationSource {
    ConfigurationSource(
      bytes: Array(text.utf8),
      mode: mode,
      name: "config.toml",
      directory: directory,
      environment: { environment[$0] },
      readFile: { files[$0] ?? .failure(.missing) }
    )
  }

  static func load(_ text: String) throws -> Configuration.Loaded {
    try Configuration.load(source(text))
  }

  /// What is wrong with a configuration: line, column and message of each error.
  static func errors(_ source: ConfigurationSource) -> [String] {
    do throws(ConfigurationErrors) {
      _ = try Configuration.load(source)
      return []
    } catch {
      return error.findings.map { "\($0.line):\($0.column): \($0.message)" }
    }
  }

  static func remarks(_ source: ConfigurationSource) throws -> [String] {
    try Configuration.load(source).remarks.map { "\($0.line):\($0.column): \($0.message)" }
  }
}

func readFile(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}
