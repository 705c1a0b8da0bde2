import FoundationEssentials
import Glibc
import Testing

/// The built `toml-test-decoder`, as the suite's own runner calls it.
@Suite struct DecoderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
  }

  @Test(arguments: [
    Case(
      testDescription: "TOML gives tagged JSON and exit 0",
      script: #"""
        out=$(printf 'a = "x\\ty"\n' | "$decoder" 2>&1) && test "$out" = \
          '{"a":{"type":"string","value":"x\u0009y"}}'
        """#
    ),
    Case(
      testDescription: "anything else gives exit 1 and nothing on standard output",
      script: #"""
        out=$(printf 'a = x\n' | "$decoder" 2>/dev/null); test $? = 1 && test -z "$out"
        """#
    ),
    Case(
      testDescription: "the error with its line and caret goes to standard error",
      script: #"""
        out=$(printf 'a = x\n' | "$decoder" 2>&1); test "$out" = \
          'standard input:1:5: this is no value; text needs quotes
            1 | a = x
              |     ^'
        """#
    ),
  ])
  func `the decoder speaks the protocol of the suite`(_ example: Case) throws {
    let folder = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let decoder = folder.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let status = unsafe system("decoder='\(decoder)/toml-test-decoder'\n\(example.script)")
    #expect(status == 0)
  }
}
