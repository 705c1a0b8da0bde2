/// The header lines of an answer as they come in, kept as bytes until the answer is complete.
///
/// Holds the newest block only: each status line begins a new one, so that interim answers leave
/// nothing behind, and lines after the empty line that ends a block (a chunked body's trailers)
/// are not taken in.
struct HeaderBlock {
  /// The most bytes of header lines of one answer, interim answers and trailers included.
  static let byteLimit = 64 << 10

  private var bytes: [UInt8] = []
  private var total = 0
  private var isOpen = false

  /// Whether the empty line that ends the headers has not come yet.
  ///
  /// libcurl takes an answer for whole that ends within its headers.
  var isUnfinished: Bool { isOpen }

  /// Forgets everything but the memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    total = 0
    isOpen = false
  }

  /// Takes in one line, its line end included; returns false when that is more than the limit.
  mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
    total += line.count
    guard total <= Self.byteLimit else {
      return false
    }
    if unsafe line.starts(with: Self.statusLineStart) {
      bytes.removeAll(keepingCapacity: true)
      isOpen = true
    } else if unsafe line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n") {
      isOpen = false
    } else if isOpen {
      unsafe bytes.append(contentsOf: line)
    }
    return true
  }

  /// The lines of the block as headers; what has no colon is left out.
  var headers: [HTTPHeader] {
    var headers: [HTTPHeader] = []
    headers.reserveCapacity(32)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        continue
      }
      headers.append(
        HTTPHeader(
          String(decoding: trimmed(line[..<colon]), as: UTF8.self),
          String(decoding: trimmed(line[(colon + 1)...]), as: UTF8.self)
        )
      )
    }
    return headers
  }

  private func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
    guard let start = line.firstIndex(where: { !isBlank($0) }),
      let end = line.lastIndex(where: { !isBlank($0) })
    else {
      return []
    }
    return line[start...end]
  }

  private static let statusLineStart = Array("HTTP/".utf8)
}
