import Sandbox
import TestSupport
import Testing

/// Configurations that cannot be used: where, what and what to do, all at once.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct ConfigurationErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let errors: String

    init(_ description: String, _ text: String, _ errors: String) {
      testDescription = description
      self.text = text
      self.errors = errors
    }
  }

  static let cases = [
    Case(
      "no TOML",
      "[gitlab\n",
      """
      config.toml:1:8: the table header is not closed; expected "]"
          1 | [gitlab
            |        ^

      """
    ),
    Case(
      "several errors",
      """
      [gitlab]
      url = "gitlab.example.com"
      token = 5
      concurency = 8

      [[bots]]
      name = "docs"
      key = "693a91f6-7aa1-4bc4-97a0-c4f1e5d0a6c4"

      [[routes]]
      bots = ["dosc"]
      project = ["docs/**"]

      """,
      """
      config.toml:2:7: "url" must begin with "https://" or "http://"
          2 | url = "gitlab.example.com"
            |       ^~~~~~~~~~~~~~~~~~~~
      config.toml:3:9: "token" must be a string or { file = "…" }, not an integer
          3 | token = *
            |         ^
      config.toml:4:1: unknown key "concurency" in [gitlab]; did you mean "concurrency"?
          4 | concurency = 8
            | ^~~~~~~~~~
      config.toml:11:9: there is no bot "dosc"; did you mean "docs"?
         11 | bots = ["dosc"]
            |         ^~~~~~
      config.toml:12:1: unknown key "project" in [[routes]]; did you mean "projects"?
         12 | project = ["docs/**"]
            | ^~~~~~~

      """
    ),
    Case(
      "an empty file",
      "",
      """
      config.toml:1:1: there is no [gitlab]; it is needed, with "url" and "token"
          1 |\(" ")
            | ^
      config.toml:1:1: there is no [[bots]]; it is needed, with "name" and "key"
          1 |\(" ")
            | ^
      config.toml:1:1: there is no [[routes]]; it is needed, with "bots"
          1 |\(" ")
            | ^

      """
    ),
  ]

  @Test(arguments: cases)
  func `it is refused with 78 before anything is asked`(example: Case) async throws {
    let installation = try Installation()
    try installation.write(example.text, to: "config.toml")
    let run = try await installation.run("run")
    #expect(run == Run(code: 78, errors: example.errors))
    #expect(try await installation.run("check") == run)
    #expect(installation.sandbox.log.total == 0)
    #expect(installation.read("state/state.json") == nil)
  }

  @Test(
    arguments: [
      (
        #"token = { file = "tokne" }"#,
        """
        config.toml:3:18: "token" cannot be read from file "FOLDER/tokne": there is no such file
            3 | token = { file = "tokne" }
              |                  ^~~~~~~

        """
      ),
      (
        #"token = { env = "NO_SUCH_TOKEN" }"#,
        """
        config.toml:3:17: "token" cannot be read: environment variable "NO_SUCH_TOKEN" is not set
            3 | token = { env = "NO_SUCH_TOKEN" }
              |                 ^~~~~~~~~~~~~~~

        """
      ),
      (
        "token = \"t\"\nca_file = \"missing.pem\"",
        """
        config.toml:4:11: "ca_file" cannot be read: "FOLDER/missing.pem": there is no such file
            4 | ca_file = "missing.pem"
              |           ^~~~~~~~~~~~~

        """
      ),
      (
        "token = \"t\"\nca_file = \"config.toml\"",
        """
        config.toml:4:11: "ca_file" "FOLDER/config.toml" holds no PEM certificate
            4 | ca_file = "config.toml"
              |           ^~~~~~~~~~~~~

        """
      ),
      (
        "token = \"t\"\nca_file = \".\"",
        """
        config.toml:4:11: "ca_file" cannot be read: "FOLDER/.": it is a folder
            4 | ca_file = "."
              |           ^~~

        """
      ),
    ]
  )
  func `a file that it names and that cannot be used is named`(
    lines: String,
    errors: String
  ) async throws {
    let installation = try Installation()
    try installation.write(installation.configuration(gitlab: lines), to: "config.toml")
    #expect(try await installation.run("run") == Run(code: 78, errors: errors))
  }

  @Test func `a missing configuration is told by its names`() async throws {
    let installation = try Installation()
    #expect(
      try await installation.run("run", "--config", "other.toml")
        == Run(code: 78, errors: "gitlab-wecom: cannot read \"other.toml\": no such file\n")
    )
    #expect(
      try await installation.run("run", "--config", ".")
        == Run(
          code: 78,
          errors: "gitlab-wecom: cannot read \".\": it is a folder, not a file\n"
        )
    )
  }

  @Test func `a configuration that is named elsewhere keeps its state beside it`() async throws {
    let installation = try Installation()
    let path = "\(installation.folder)/config.toml"
    let run = try await installation.run("run", "--config", path)
    #expect(run.code == 0)
    #expect(installation.read("state/state.json") != nil)
  }
}
