import FoundationEssentials
import Testing

@testable import Changes

/// How cursors stand in the state file: lists, and the objects of its first schema.
@Suite struct CursorCodingTests {
  private func row(_ id: Int64, _ at: Int64) -> Sighting {
    Sighting(id: id, at: Timestamp(milliseconds: at))
  }

  private func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func read<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  private func check<Value: Codable & Equatable>(
    _ value: Value,
    _ list: String,
    firstSchema object: String
  ) throws {
    #expect(try text(value) == list)
    #expect(try read(list, as: Value.self) == value)
    #expect(try read(object, as: Value.self) == value)
  }

  @Test func `an event cursor is its floor, its newest row and the rows seen`() throws {
    try check(EventCursor(baseline: [], since: nil), "[0]", firstSchema: #"{"floor":0}"#)
    var cursor = EventCursor(baseline: [row(4, 1000)], since: nil)
    try check(cursor, "[4,4,1000]", firstSchema: #"{"floor":4,"newest":[4,1000]}"#)
    cursor.note([row(9, 3000), row(7, 2000)])
    try check(
      cursor,
      "[4,9,3000,[7,2000,9,3000]]",
      firstSchema: #"{"floor":4,"newest":[9,3000],"seen":[[7,2000],[9,3000]]}"#
    )
  }

  @Test func `a ledger of jobs is its beginning, its last reading and the jobs seen`() throws {
    var ledger = JobLedger(began: Timestamp(milliseconds: 1000))
    try check(ledger, "[1000,1000]", firstSchema: #"{"began":1000,"readTo":1000}"#)
    ledger.absorb([row(8, 2000), row(5, 3000)])
    ledger.completeReading(at: Timestamp(milliseconds: 4000))
    try check(
      ledger,
      "[1000,4000,[5,3000,8,2000]]",
      firstSchema: #"{"began":1000,"readTo":4000,"seen":[[5,3000],[8,2000]]}"#
    )
  }

  @Test func `a pipeline cursor is its newest move, the moves seen and what is under way`() throws {
    let began = Timestamp(milliseconds: 1000)
    try check(PipelineCursor(began: began), "[1000]", firstSchema: #"{"movedTo":1000}"#)
    var cursor = PipelineCursor(began: began, underWay: [row(3, 900)])
    try check(
      cursor,
      "[1000,[],[3,900]]",
      firstSchema: #"{"movedTo":1000,"underWay":[[3,900]]}"#
    )
    cursor.follow(row(6, 2000), isUnderWay: true)
    try check(
      cursor,
      "[2000,[6,2000],[3,900,6,2000]]",
      firstSchema: #"{"movedTo":2000,"seen":[[6,2000]],"underWay":[[3,900],[6,2000]]}"#
    )
    cursor.follow(row(6, 2500), isUnderWay: false)
    cursor.forget(3)
    try check(
      cursor,
      "[2500,[6,2500]]",
      firstSchema: #"{"movedTo":2500,"seen":[[6,2500]]}"#
    )
  }

  @Test(arguments: [
    "[]", "[null]", "[1,2]", "[1,2,3,[4]]", "[1,2,3,[4,5,6]]", "[1,2,3,4]", #"["1"]"#, "{}", "7",
    #"{"floor":null}"#, "[1.5]", "[99999999999999999999]",
  ])
  func `what is no event cursor is refused`(text: String) {
    #expect(throws: DecodingError.self) { try read(text, as: EventCursor.self) }
  }

  @Test(arguments: ["[]", "[1]", "[1,2,[3]]", "[1,2,3]", "{}", #"{"began":1}"#, "null"])
  func `what is no ledger of jobs is refused`(text: String) {
    #expect(throws: DecodingError.self) { try read(text, as: JobLedger.self) }
  }

  @Test(arguments: ["[]", "[1,[2]]", "[1,[],[2]]", "[1,2]", "{}", #"{"seen":[]}"#, "true"])
  func `what is no pipeline cursor is refused`(text: String) {
    #expect(throws: DecodingError.self) { try read(text, as: PipelineCursor.self) }
  }
}
