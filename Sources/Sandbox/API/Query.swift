/// The parameters of a request, decoded, in the order they came.
struct Query {
  private(set) var items: [(name: String, value: String)] = []

  init(_ text: Substring) {
    guard !text.isEmpty else { return }
    items.reserveCapacity(8)
    // Bytes, not characters: the sandbox reads some ten thousand of these a second.
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let halves = pair.split(
        separator: UInt8(ascii: "="),
        maxSplits: 1,
        omittingEmptySubsequences: false
      ).map { Substring($0) }
      items.append(
        (
          Self.decode(halves[0], isForm: true),
          halves.count > 1 ? Self.decode(halves[1], isForm: true) : ""
        )
      )
    }
  }

  subscript(name: String) -> String? {
    items.last { $0.name == name }?.value
  }

  /// Returns the values of a list parameter, written as `name`, `name[]` or both.
  func list(_ name: String) -> [String] {
    items.filter { $0.name == name || $0.name == name + "[]" }.map(\.value)
  }

  func int(_ name: String) -> Int? {
    self[name].flatMap { Int($0) }
  }

  func time(_ name: String) -> Int64? {
    self[name].flatMap { Stamp.parse($0) }
  }

  /// Returns nil where the parameter is missing.
  func flag(_ name: String) -> Bool? {
    self[name].map { $0 == "true" || $0 == "1" || $0 == "t" }
  }

  /// Returns the parameters with some replaced, sorted and encoded, as Rails prints them.
  func encoded(replacing replaced: [String: String]) -> String {
    var all = items.filter { replaced[$0.name] == nil }
    all += replaced.map { ($0.key, $0.value) }
    return all.sorted { $0.name < $1.name }
      .map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
      .joined(separator: "&")
  }

  /// Returns the same in two halves, cut where a parameter of that name belongs.
  func encoded(
    replacing replaced: [(name: String, value: String)],
    around name: String
  ) -> (before: String, after: String) {
    var all = replaced
    for item in items
    where item.name != name && !replaced.contains(where: { $0.name == item.name }) {
      all.append(item)
    }
    all.sort { $0.name < $1.name }
    var halves = (before: "", after: "")
    for item in all {
      if item.name < name {
        halves.before += Self.encode(item.name) + "=" + Self.encode(item.value) + "&"
      } else {
        halves.after += "&" + Self.encode(item.name) + "=" + Self.encode(item.value)
      }
    }
    return halves
  }

  static func decode(_ text: some StringProtocol, isForm: Bool = false) -> String {
    let utf8 = text.utf8
    guard utf8.contains(where: { $0 == UInt8(ascii: "%") || (isForm && $0 == UInt8(ascii: "+")) })
    else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      let hex = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), hex.utf8.count == 2, let value = UInt8(hex, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(isForm && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func encode(_ text: String) -> String {
    if text.utf8.allSatisfy(isUnreserved) { return text }
    var result = ""
    for byte in text.utf8 {
      if isUnreserved(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        result += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return result
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
