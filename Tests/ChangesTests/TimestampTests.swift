import Changes
import FoundationEssentials
import Testing

@Suite struct TimestampTests {
  @Test func `earlier is less, also before 1970 and a millisecond apart`() {
    let moments = [Int64.min, -1, 0, 1, 1_764_000_000_000, 1_764_000_000_001, .max]
      .map { Timestamp(milliseconds: $0) }
    #expect(moments.shuffled().sorted() == moments)
  }

  @Test(arguments: [0, -1, 1_764_000_000_001, Int64.max, .min])
  func `a moment is written as a bare number and read again to the millisecond`(
    milliseconds: Int64
  ) throws {
    let moment = Timestamp(milliseconds: milliseconds)
    let written = try JSONEncoder().encode([moment])
    #expect(String(decoding: written, as: UTF8.self) == "[\(milliseconds)]")
    #expect(try JSONDecoder().decode([Timestamp].self, from: written) == [moment])
  }

  @Test func `text, fractions and numbers out of range are no moments`() {
    for text in ["[\"1\"]", "[1.5]", "[9223372036854775808]", "[null]"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([Timestamp].self, from: Data(text.utf8))
      }
    }
  }
}
