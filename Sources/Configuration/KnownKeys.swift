/// All tables and keys that a configuration can have.
///
/// Reading a key that is not listed here is a bug that traps, so the list is complete; a test
/// holds the example configuration against it.
package enum KnownKeys {
  /// A table at the top of the file.
  package struct Table: Sendable {
    package var name: String
    /// Whether it is written `[[name]]`, once for each.
    package var isRepeated: Bool
    package var keys: [String]

    /// The header as the file has it.
    package var header: String { isRepeated ? "[[\(name)]]" : "[\(name)]" }
  }

  package static let gitlab = Table(
    name: "gitlab",
    isRepeated: false,
    keys: ["url", "token", "ca_file", "proxy", "timeout", "concurrency", "requests_per_second"]
  )
  package static let wecom = Table(
    name: "wecom",
    isRepeated: false,
    keys: ["url", "proxy", "ca_file", "timeout"]
  )
  package static let bots = Table(
    name: "bots",
    isRepeated: true,
    keys: ["name", "key", "messages_per_minute"]
  )
  package static let routes = Table(
    name: "routes",
    isRepeated: true,
    keys: ["bots", "projects", "exclude", "branches", "events", "title"]
  )
  package static let backfill = Table(
    name: "backfill",
    isRepeated: false,
    keys: ["max_age", "digest_above"]
  )
  package static let run = Table(name: "run", isRepeated: false, keys: ["deadline", "interval"])
  package static let state = Table(name: "state", isRepeated: false, keys: ["directory"])
  package static let log = Table(name: "log", isRepeated: false, keys: ["format", "level"])
  package static let metrics = Table(name: "metrics", isRepeated: false, keys: ["file"])
  package static let alerts = Table(name: "alerts", isRepeated: false, keys: ["bots"])

  /// In the order of the example configuration.
  package static let tables = [
    gitlab, wecom, bots, routes, backfill, run, state, log, metrics, alerts,
  ]

  /// The forms of a secret that is not written into the configuration itself.
  package static let secretForms = ["file", "env", "credential"]
}
