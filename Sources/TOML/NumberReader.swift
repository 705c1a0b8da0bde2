/// Reads a token as an integer or a float.
struct NumberReader {
  private let token: [UInt8]

  init(_ token: ArraySlice<UInt8>) {
    self.token = Array(token)
  }

  func read() -> Result<TOMLValue, TokenProblem> {
    if token.count > 1, token[0] == UInt8(ascii: "0") {
      switch token[1] {
      case UInt8(ascii: "x"): return readInteger(radix: 16)
      case UInt8(ascii: "o"): return readInteger(radix: 8)
      case UInt8(ascii: "b"): return readInteger(radix: 2)
      default: break
      }
    }
    return readDecimal()
  }

  private func readInteger(radix: Int) -> Result<TOMLValue, TokenProblem> {
    let digits = token.dropFirst(2)
    let isDigitOfRadix = { (byte: UInt8) in
      Character(Unicode.Scalar(byte)).hexDigitValue.map { byte < 0x80 && $0 < radix } ?? false
    }
    guard !digits.isEmpty,
      digits.allSatisfy({ isDigitOfRadix($0) || $0 == UInt8(ascii: "_") })
    else {
      return .failure(TokenProblem(.malformedNumber))
    }
    guard underscoresSeparate(digits, isDigitOfRadix) else {
      return .failure(TokenProblem(.misplacedUnderscore))
    }
    return integer(text(digits), radix: radix)
  }

  private func readDecimal() -> Result<TOMLValue, TokenProblem> {
    var rest = token[...]
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let whole = rest.prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
    rest = rest[whole.endIndex...]
    var runs = [whole]
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      runs.append(rest.prefix { isDigit($0) || $0 == UInt8(ascii: "_") })
      rest = rest[(runs.last ?? rest).endIndex...]
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      runs.append(rest.prefix { isDigit($0) || $0 == UInt8(ascii: "_") })
      rest = rest[(runs.last ?? rest).endIndex...]
    }
    guard rest.isEmpty, !runs.contains(where: \.isEmpty) else {
      return .failure(TokenProblem(.malformedNumber))
    }
    guard runs.allSatisfy({ underscoresSeparate($0) { isDigit($0) } }) else {
      return .failure(TokenProblem(.misplacedUnderscore))
    }
    guard whole.count == 1 || whole.first != UInt8(ascii: "0") else {
      return .failure(TokenProblem(.leadingZero))
    }
    if runs.count == 1 { return integer(text(token[...]), radix: 10) }
    guard let value = Double(text(token[...])) else {
      return .failure(TokenProblem(.malformedNumber))
    }
    return .success(.float(value))
  }

  private func integer(_ digits: String, radix: Int) -> Result<TOMLValue, TokenProblem> {
    guard let value = Int64(digits, radix: radix) else {
      return .failure(TokenProblem(.integerTooLarge))
    }
    return .success(.integer(value))
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  private func underscoresSeparate(
    _ digits: ArraySlice<UInt8>,
    _ isDigit: (UInt8) -> Bool
  ) -> Bool {
    guard let first = digits.first, let last = digits.last, isDigit(first), isDigit(last) else {
      return false
    }
    return !zip(digits, digits.dropFirst()).contains { !isDigit($0) && !isDigit($1) }
  }
}
