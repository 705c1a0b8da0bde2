import Configuration
import FoundationEssentials
import TOML
import Testing

/// `config.example.toml`, which newcomers copy.
@Suite struct ExampleTests {
  private static let path =
    URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path + "/config.example.toml"

  private let text: String

  init() throws {
    text = String(decoding: try readFile(Self.path), as: UTF8.self)
  }

  /// The example with every key that is commented out made live.
  private var uncommented: String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? $0.dropFirst() : $0 }
      .joined(separator: "\n")
  }

  @Test func `it loads as it is, without a remark`() throws {
    let loaded = try Sample.load(text)
    #expect(loaded.remarks == [])
    #expect(loaded.configuration.gitlab.token.reveal() == Sample.token)
    #expect(loaded.configuration.bots.map(\.key) == [Secret(Sample.key)])
  }

  @Test func `it loads with every key live, and the defaults it shows are the defaults`() throws {
    let live = try Sample.load(uncommented)
    #expect(live.remarks == [])
    var configuration = live.configuration
    // These have no default and are examples.
    configuration.gitlab.caFile = nil
    configuration.gitlab.proxy = nil
    configuration.wecom.caFile = nil
    configuration.wecom.proxy = nil
    configuration.metricsFile = nil
    configuration.alertBots = []
    configuration.routes[0].projects = nil
    configuration.routes[0].exclude = []
    configuration.routes[0].branches = nil
    #expect(configuration == (try Sample.load(text).configuration))
  }

  @Test func `it shows every key that the loader knows, and no other`() throws {
    let root = try TOML.parse(Array(uncommented.utf8))
    #expect(root.entries.map(\.key) == KnownKeys.tables.map(\.name))
    for known in KnownKeys.tables {
      var tables: [TOMLTable] = []
      switch root[known.name]?.node.value {
      case .table(let table)?: tables = [table]
      case .array(let nodes)?:
        tables = nodes.compactMap {
          guard case .table(let table) = $0.value else { return nil }
          return table
        }
      default: break
      }
      #expect(Set(tables.flatMap { $0.entries.map(\.key) }) == Set(known.keys), "\(known.header)")
    }
  }

  @Test func `every key has one comment before it`() {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (line, before) in zip(lines.dropFirst(), lines) {
      let isKey = line.contains(" = ") && !line.hasPrefix("# ")
      if isKey { #expect(before.hasPrefix("# "), "\(line)") }
      #expect(line.count <= 100, "\(line)")
    }
  }
}
