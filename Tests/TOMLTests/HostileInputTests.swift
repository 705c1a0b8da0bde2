import TOML
import Testing

/// Documents that nobody writes on purpose: nothing may trap, and every error has a true place.
@Suite struct HostileInputTests {
  /// A small generator with a seed (SplitMix64), so that a failure can be run again.
  struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test(arguments: [UInt64](1...8))
  func `random bytes never trap`(_ seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    for _ in 0..<500 {
      let count = Int.random(in: 0..<64, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      check(bytes, "seed \(seed): \(bytes)")
    }
  }

  @Test(arguments: [UInt64](1...8))
  func `random words of the language never trap`(_ seed: UInt64) {
    let words = [
      "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "#", "\n", "\r\n", "\r", " ", "\t", "\"",
      "\"\"\"", "'", "'''", "\\", "\\u", "\\U0010FFFF", "a", "b", "1", "-", "_", "0x", "1e9",
      "2026-11-24", "T08:30:00", "+08:00", "true", "inf", "文", "\u{FEFF}", "\u{0}", "\u{301}",
    ]
    var generator = SeededGenerator(state: seed)
    for _ in 0..<500 {
      let count = Int.random(in: 0..<24, using: &generator)
      let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
      check(Array(text.utf8), "seed \(seed): \(text.debugDescription)")
    }
  }

  @Test(arguments: try Fixture.all(in: "valid", expectation: ".json"))
  func `a document changed or cut at any byte never traps`(_ fixture: Fixture) {
    var generator = SeededGenerator(state: 42)
    for index in fixture.document.indices {
      check(Array(fixture.document[..<index]), "\(fixture.name) cut at \(index)")
      var changed = fixture.document
      changed[index] = UInt8.random(in: 0...255, using: &generator)
      check(changed, "\(fixture.name) changed to \(changed[index]) at \(index)")
      changed.remove(at: index)
      check(changed, "\(fixture.name) without \(index)")
    }
  }

  /// A quadratic reader would not come to the end of these.
  @Test(.timeLimit(.minutes(15))) func `long documents of every form are read`() {
    let count = 40_000
    let forms = [
      "a = [" + String(repeating: "1,", count: count) + "]",
      (0..<count).map { "k\($0) = 1\n" }.joined(),
      String(repeating: "[[a]]\n", count: count),
      "a = \"\"\"" + String(repeating: "x\n", count: count) + "\"\"\"",
      "a = \"" + String(repeating: "\\u0041", count: count) + "\"",
      "a = " + String(repeating: "9", count: count) + ".0",
      "a = {" + (0..<count).map { "k\($0).x = 1" }.joined(separator: ",") + "}",
    ]
    for (number, form) in forms.enumerated() {
      #expect(throws: Never.self, "form \(number)") { try TOML.parse(Array(form.utf8)) }
    }
  }

  private func check(_ bytes: [UInt8], _ comment: String) {
    do throws(TOMLError) {
      let table = try TOML.parse(bytes)
      #expect(areInside(table, bytes.count), "\(comment)")
    } catch {
      let span = error.span
      let isInside = span.offset >= 0 && span.offset + span.byteLength <= bytes.count
      #expect(isInside && span.line >= 1 && span.column >= 1, "\(comment)")
      #expect(SourceExcerpt(bytes).lines(at: span).contains("^"), "\(comment)")
    }
  }

  private func areInside(_ table: TOMLTable, _ count: Int) -> Bool {
    table.entries.allSatisfy { entry in
      [entry.keySpan, entry.node.span].allSatisfy {
        $0.offset >= 0 && $0.byteLength > 0 && $0.offset + $0.byteLength <= count
      }
    }
  }
}
