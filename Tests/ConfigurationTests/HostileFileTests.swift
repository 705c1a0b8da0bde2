import Configuration
import FoundationEssentials
import Testing

/// Files damaged at any place: nothing traps, and no message shows a secret.
@Suite struct HostileFileTests {
  // Without the marks of a token or key, so that only their places give them away.
  private static let secret = "correcthorse"
  private static let key = "battery-staple"

  private static let documents = [
    Sample.least.replacing(Sample.token, with: secret).replacing(Sample.key, with: key),
    """
    gitlab.url = "https://gitlab.example.com" # without headers
    gitlab.token = '\(secret)'
    bots = [{ name = "docs", "key" = "\(key)" }]
    routes = [{ bots = ["docs"] }]
    """,
    """
    [gitlab]
    url = "https://gitlab.example.com"
    token = \"""
    \(secret)\"""
    [[bots]]
    name = "docs"
    key = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?debug=1&key=\(key)"
    [[routes]]
    bots = ["docs"]
    """,
  ]

  @Test(
    arguments: documents,
    [UInt8](arrayLiteral: 0, 10, 32, 34, 39, 35, 61, 91, 93, 123, 120, 0x80, 0xFF)
  )
  func `102 · a file with one byte changed shows no secret`(_ document: String, _ byte: UInt8) {
    let bytes = Array(document.utf8)
    for index in bytes.indices {
      var changed = bytes
      changed[index] = byte
      check(changed, "byte \(index) changed to \(byte)")
    }
  }

  @Test(arguments: documents)
  func `102 · a file cut at any byte or without it shows no secret`(_ document: String) {
    let bytes = Array(document.utf8)
    for index in bytes.indices {
      check(Array(bytes[..<index]), "cut at \(index)")
      var changed = bytes
      changed.remove(at: index)
      check(changed, "without byte \(index)")
    }
  }

  @Test func `a file of words in any order never traps`() {
    let words = [
      "[gitlab]", "[[bots]]", "[[routes]]", "[run]", "url", "token", "key", "name", "bots",
      "projects", "events", "timeout", " = ", "\n", "[", "]", "{", "}", ",", "\"docs\"", "42",
      "-1", "1e9", "2026-11-24", "true", "{ file = \"token\" }", "\"0\"", "\"https://a\"", "\"**\"",
    ]
    // A linear congruential generator: the same files in every run.
    var state: UInt64 = 7
    for _ in 0..<2_000 {
      var text = ""
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      for _ in 0..<(state >> 33) % 30 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += words[Int((state >> 33) % UInt64(words.count))]
      }
      _ = Sample.errors(Sample.source(text))
    }
  }

  private func check(_ bytes: [UInt8], _ comment: String) {
    var source = Sample.source("")
    source.bytes = bytes
    do throws(ConfigurationErrors) {
      let remarks = try Configuration.load(source).remarks
      #expect(!shows(remarks.map(\.description).joined()), "\(comment)")
    } catch {
      #expect(!shows(error.description), "\(comment): \(error)")
    }
  }

  /// Whether half of a secret can be read.
  private func shows(_ text: String) -> Bool {
    ["correct", "horse", "battery-s", "staple"].contains { text.contains($0) }
  }
}
