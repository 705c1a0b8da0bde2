import FoundationEssentials

/// What WeCom's answer says, read as tolerantly as it can be.
struct Answer: Equatable {
  /// The error code, 0 for success; nil when the answer holds none.
  var errcode: Int?
  /// WeCom's words; empty when there are none.
  var errmsg = ""

  /// Reads an answer's body, whatever it is.
  ///
  /// A code in quotes counts, as some relays write it; bytes that are no UTF-8 are replaced, so
  /// that garbled words do not hide the code.
  init(_ body: [UInt8]) {
    guard body.contains(UInt8(ascii: "{")) else {
      return
    }
    let text = String(decoding: body, as: UTF8.self)
    guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(text.utf8)) else {
      return
    }
    errcode = wire.errcode
    errmsg = wire.errmsg ?? ""
  }

  private struct Wire: Decodable {
    var errcode: Int?
    var errmsg: String?

    private enum CodingKeys: String, CodingKey {
      case errcode
      case errmsg
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      errmsg = try? container.decode(String.self, forKey: .errmsg)
      if let number = try? container.decode(Int.self, forKey: .errcode) {
        errcode = number
      } else if let text = try? container.decode(String.self, forKey: .errcode) {
        errcode = Int(text)
      }
    }
  }

  /// The address from which WeCom saw the request come, as its words tell it.
  ///
  /// WeCom ends the words of a failure with `hint: […], from ip: 203.0.113.7, more info at …`.
  var seenAddress: String? {
    guard let mark = errmsg.firstRange(of: "from ip: ") else {
      return nil
    }
    let address = errmsg[mark.upperBound...].prefix { character in
      character.isHexDigit || character == "." || character == ":"
    }
    return address.isEmpty || address.utf8.count > 45 ? nil : String(address)
  }
}
