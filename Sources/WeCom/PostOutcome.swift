import HTTP

/// What came of posting one message, in the terms that decide what happens to it next.
package enum PostOutcome: Sendable, Equatable {
  /// WeCom has taken the message: HTTP 200 and errcode 0.
  case sent
  /// The request did not leave this machine or was not let through: to be sent again.
  case surelyNotSent(reason: String)
  /// The message may have arrived, or not: to be sent again, at the price of a possible double.
  case inDoubt(reason: String)
  /// WeCom, or what stands before it, is too busy: to be sent again soon.
  case refusedForNow(code: Int)
  /// Too many messages in too little time: a minute's pause at least.
  case rateLimited(code: Int)
  /// No message gets through this bot until somebody looks after it.
  ///
  /// The code is WeCom's errcode, or the HTTP status (three digits, which no errcode has) of an
  /// answer that was not WeCom's.
  case needsOperator(code: Int, text: String)
  /// WeCom does not take this message, whoever sends it; others it may take.
  case messageRefused(code: Int, text: String)
}

extension PostOutcome {
  /// Judges an answer: the one table of all statuses and codes.
  ///
  /// - `5xx`: in doubt, whatever the body says; a gateway may have passed the message on.
  /// - a code other than 0, with any other status: WeCom's own word, by the table below.
  /// - `200` with 0: sent. `2xx` otherwise, so also a login page or an empty answer: in doubt,
  ///   for a relay that garbles its answer may well have delivered.
  /// - without a code: `429` is a rate limit; `408` and `425` ask to come again; the rest of
  ///   `3xx` and `4xx` means that the address, a proxy or a permission is wrong, for every message
  ///   alike. With code 0 they contradict themselves: in doubt.
  ///
  /// `text` is WeCom's or the page's text, already cleaned.
  init(status: Int, errcode: Int?, text: String) {
    switch (status, errcode) {
    case (500..., _):
      self = .inDoubt(reason: Self.join("HTTP \(status)", text))
    case (200, .some(0)):
      self = .sent
    case (_, .some(let code)) where code != 0:
      self.init(errcode: code, text: text)
    case (200..<300, nil):
      self = .inDoubt(reason: Self.join("HTTP \(status) without an errcode", text))
    case (_, .some):
      self = .inDoubt(reason: "HTTP \(status) with errcode 0")
    case (429, nil):
      self = .rateLimited(code: status)
    case (408, nil), (425, nil):
      self = .refusedForNow(code: status)
    case (_, nil):
      self = .needsOperator(code: status, text: text)
    }
  }

  /// Judges an errcode other than 0.
  ///
  /// 40008 (unknown message type) and 40063 (empty parameter) speak of the request's form, which
  /// is the same for every message: the bot's queue waits, nothing is set aside. All codes that are
  /// not listed do the same, so that an unknown one never costs a message.
  private init(errcode: Int, text: String) {
    switch errcode {
    case -1, 45033:
      self = .refusedForNow(code: errcode)
    case 45009, 130_101:
      self = .rateLimited(code: errcode)
    case 40058, 44004, 45002:
      self = .messageRefused(code: errcode, text: text)
    default:
      self = .needsOperator(code: errcode, text: text)
    }
  }

  /// Judges an exchange that did not come to an end.
  init(_ error: HTTPError) {
    let reason = error.description + (error.advice.map { "; \($0)" } ?? "")
    self = error.wasSent ? .inDoubt(reason: reason) : .surelyNotSent(reason: reason)
  }

  private static func join(_ start: String, _ text: String) -> String {
    text.isEmpty ? start : "\(start): \(text)"
  }
}

extension PostOutcome: CustomStringConvertible {
  /// One line for people; never the key.
  package var description: String {
    switch self {
    case .sent:
      "sent"
    case .surelyNotSent(let reason):
      "not sent: \(reason)"
    case .inDoubt(let reason):
      "perhaps sent: \(reason)"
    case .refusedForNow(let code):
      "WeCom is busy (\(Self.name(code)))"
    case .rateLimited(let code):
      "WeCom wants fewer messages a minute (\(Self.name(code)))"
    case .needsOperator(let code, let text):
      Self.join("WeCom refuses the bot (\(Self.name(code)))", text) + Self.advice(code)
    case .messageRefused(let code, let text):
      Self.join("WeCom refuses this message (\(Self.name(code)))", text)
    }
  }

  private static func name(_ code: Int) -> String {
    (100..<600).contains(code) ? "HTTP \(code)" : "errcode \(code)"
  }

  /// What to do, where the code tells it.
  private static func advice(_ code: Int) -> String {
    switch code {
    case 93000:
      "; check the bot's key, and that the bot is still in its group"
    case 93004:
      "; the bot is switched off, switch it on in WeCom"
    case 93008:
      "; the bot is no longer in its group, add it again"
    case 300..<500:
      "; check the address and the proxy of [wecom]"
    default:
      ""
    }
  }
}
