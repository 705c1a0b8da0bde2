internal import Changes

/// What the bots of `[alerts]` have been told, so that nothing is told twice.
struct AlertState: Sendable, Equatable, Codable {
  /// That GitLab gives no usable answers; nil while it does.
  var outage: Outage?
  /// The end of a token that was told.
  var tokenEnd: TokenEnd?
  /// The bots whose refusal was told, with the time since when they refuse.
  var refusals: [String: Timestamp] = [:]
  /// How many messages of each bot have been told to be kept aside.
  var kept: [String: Kept] = [:]

  /// A time in which GitLab cannot be worked with, whatever the reason of each pass.
  struct Outage: Sendable, Equatable, Codable {
    /// In local time.
    var since: Timestamp
    var isTold: Bool
  }

  /// The warning that was given last of a token's end.
  struct TokenEnd: Sendable, Equatable, Codable {
    /// As in `2026-12-08`.
    var day: String
    /// The days before the end for which the warning stands.
    var days: Int
  }

  /// How far the telling of kept messages has come.
  struct Kept: Sendable, Equatable, Codable {
    var count: Int
    /// When it was told last, in local time.
    var toldAt: Timestamp
  }
}

/// What GitLab said of the token.
struct TokenState: Sendable, Equatable, Codable {
  /// When GitLab was asked, in local time.
  var askedAt: Timestamp
  var name: String?
  /// The day on which it stops, at 00:00 UTC, as in `2026-12-08`; nil for never or not known.
  var expiresOn: String?
  /// A digest of the token that GitLab was asked about: another one is asked about at once.
  var digest: String?
}
