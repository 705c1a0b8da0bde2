/// Builds a JSON text directly as bytes.
///
/// The sandbox answers tens of thousands of requests in a benchmark; an encoder over models would
/// be the slowest part of it. Like Rails, it writes `<`, `>` and `&` as escapes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  /// Minutes east of UTC at which times are written.
  let utcOffset: Int
  private var wantsComma = false

  init(utcOffset: Int = 0, capacity: Int = 1024) {
    self.utcOffset = utcOffset
    bytes.reserveCapacity(capacity)
  }

  mutating func object(_ body: (inout JSONWriter) -> Void) {
    open("{")
    body(&self)
    close("}")
  }

  mutating func array<Rows: Sequence>(
    _ rows: Rows,
    _ each: (inout JSONWriter, Rows.Element) -> Void
  ) {
    open("[")
    for row in rows { each(&self, row) }
    close("]")
  }

  mutating func object(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
    self.key(key)
    object(body)
  }

  mutating func array<Rows: Sequence>(
    _ key: StaticString,
    _ rows: Rows,
    _ each: (inout JSONWriter, Rows.Element) -> Void
  ) {
    self.key(key)
    array(rows, each)
  }

  mutating func strings(_ key: StaticString, _ values: [String]) {
    array(key, values) { $0.value($1) }
  }

  mutating func member(_ key: StaticString, _ text: String?) {
    self.key(key)
    value(text)
  }

  mutating func member(_ key: StaticString, _ number: Int?) {
    self.key(key)
    value(number)
  }

  mutating func member(_ key: StaticString, _ flag: Bool) {
    self.key(key)
    raw(flag ? "true" : "false")
  }

  mutating func null(_ key: StaticString) {
    self.key(key)
    raw("null")
  }

  /// Writes a time with milliseconds, or null.
  mutating func time(_ key: StaticString, _ milliseconds: Int64?) {
    self.key(key)
    guard let milliseconds else { return raw("null") }
    separate()
    bytes.append(UInt8(ascii: "\""))
    Stamp.append(milliseconds, utcOffset: utcOffset, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    wantsComma = true
  }

  /// Writes the time of a commit, which has an offset in digits even at UTC.
  mutating func commitTime(_ key: StaticString, _ milliseconds: Int64) {
    time(key, milliseconds)
    guard utcOffset == 0 else { return }
    bytes.removeLast(2)
    bytes.append(contentsOf: "+00:00\"".utf8)
  }

  /// Writes a span as seconds with a fraction, or null.
  mutating func seconds(_ key: StaticString, _ milliseconds: Int64?) {
    self.key(key)
    guard let milliseconds else { return raw("null") }
    let rest = String(abs(milliseconds) % 1000 + 1000).dropFirst()
    raw("\(milliseconds < 0 ? "-" : "")\(abs(milliseconds) / 1000).\(rest)")
  }

  mutating func value(_ text: String?) {
    guard let text else { return raw("null") }
    separate()
    bytes.append(UInt8(ascii: "\""))
    escape(text)
    bytes.append(UInt8(ascii: "\""))
    wantsComma = true
  }

  mutating func value(_ number: Int?) {
    guard let number else { return raw("null") }
    separate()
    if (0..<10).contains(number) {
      bytes.append(48 + UInt8(number))
    } else {
      bytes.append(contentsOf: String(number).utf8)
    }
    wantsComma = true
  }

  /// Writes a value that is JSON already.
  mutating func raw(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
    wantsComma = true
  }

  /// Writes members that are JSON already: `"a":1,"b":2`.
  mutating func members(_ json: String) {
    raw(json)
  }

  /// Writes the name of a member; its value must follow.
  mutating func key(_ key: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    )
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    wantsComma = false
  }

  private mutating func open(_ bracket: Character) {
    separate()
    bytes.append(bracket.asciiValue ?? 0)
    wantsComma = false
  }

  private mutating func close(_ bracket: Character) {
    bytes.append(bracket.asciiValue ?? 0)
    wantsComma = true
  }

  private mutating func separate() {
    if wantsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func escape(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      // Most texts have nothing to escape, and a copy of memory is ten times faster.
      if unsafe !utf8.contains(where: Self.isSpecial) {
        unsafe bytes.append(contentsOf: utf8)
      } else {
        for index in utf8.indices { unsafe escape(utf8[index]) }
      }
    }
  }

  private mutating func escape(_ byte: UInt8) {
    guard Self.isSpecial(byte) else {
      bytes.append(byte)
      return
    }
    switch byte {
    case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
    case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
    case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
    case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
    default:
      bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30])
      bytes.append(Self.hex[Int(byte >> 4)])
      bytes.append(Self.hex[Int(byte & 15)])
    }
  }

  static let hex = Array("0123456789abcdef".utf8)

  @inline(__always)
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x3C || byte == 0x3E || byte == 0x26
  }
}
