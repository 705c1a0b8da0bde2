import TOML

/// Reads a configuration table by table; what is wrong goes to the findings.
struct Loader {
  /// A file of bots and routes is nowhere near this.
  static let byteLimit = 1 << 20

  let source: ConfigurationSource
  let findings: Findings

  /// Returns the configuration, or nil if there were errors.
  func load() -> Configuration? {
    guard let root = parse() else { return nil }
    checkTop(root)
    let gitlab = loadGitLab(root)
    let wecom = loadWeCom(root)
    let bots = loadBots(root)
    let routes = loadRoutes(root, bots: bots.names)
    let alerts = loadAlerts(root, bots: bots.names)
    let configuration = Configuration(
      gitlab: gitlab,
      wecom: wecom,
      bots: bots.bots,
      routes: routes,
      backfill: loadBackfill(root),
      run: loadRun(root),
      stateDirectory: loadStateDirectory(root),
      log: loadLog(root),
      metricsFile: loadMetricsFile(root),
      alertBots: alerts
    )
    guard !findings.hasErrors else { return nil }
    remarkUnused(bots, configuration)
    return configuration
  }

  private func parse() -> TOMLTable? {
    guard source.bytes.count <= Self.byteLimit else {
      findings.report(.fileTooLarge(byteLimit: Self.byteLimit), at: .start)
      return nil
    }
    do {
      return try TOML.parse(source.bytes)
    } catch {
      findings.report(.syntax(error.kind), at: error.span)
      return nil
    }
  }

  private func checkTop(_ root: TOMLTable) {
    for entry in root.entries where !KnownKeys.tables.contains(where: { $0.name == entry.key }) {
      switch entry.node.value {
      case .table, .array:
        let near = Suggestion.nearest(to: entry.key, among: KnownKeys.tables.map(\.name))
        findings.report(.unknownTable(entry.key, suggestion: near), at: entry.keySpan)
      default:
        let near = Suggestion.nearest(to: entry.key, among: KnownKeys.tables.flatMap(\.keys))
        let home = KnownKeys.tables.first { $0.keys.contains(near ?? entry.key) }
        findings.report(
          .keyOutsideTables(
            entry.key,
            home: home?.header,
            suggestion: near == entry.key ? nil : near
          ),
          at: entry.keySpan
        )
      }
    }
    let needs = [
      (KnownKeys.gitlab, ["url", "token"]),
      (KnownKeys.bots, ["name", "key"]),
      (KnownKeys.routes, ["bots"]),
    ]
    for (table, keys) in needs where root[table.name] == nil {
      findings.report(.missingTable(header: table.header, needs: keys), at: .start)
    }
  }

  /// A table that is written `[name]`.
  func section(_ known: KnownKeys.Table, of root: TOMLTable) -> Section? {
    guard let entry = root[known.name] else { return nil }
    guard case .table(let table) = entry.node.value else {
      reportTable(known, entry)
      return nil
    }
    return Section(
      table,
      at: entry.node.span,
      header: known.header,
      known: known.keys,
      findings: findings
    )
  }

  /// The tables that are written `[[name]]`.
  func sections(_ known: KnownKeys.Table, of root: TOMLTable) -> [Section] {
    guard let entry = root[known.name] else { return [] }
    guard case .array(let nodes) = entry.node.value else {
      reportTable(known, entry)
      return []
    }
    if nodes.isEmpty {
      findings.report(.emptyList(known.name, hint: "write \(known.header)"), at: entry.node.span)
    }
    return nodes.compactMap { node in
      guard case .table(let table) = node.value else {
        findings.report(.wrongTable(header: known.header, found: node.value.kind), at: node.span)
        return nil
      }
      return Section(
        table,
        at: node.span,
        header: known.header,
        known: known.keys,
        findings: findings
      )
    }
  }

  private func reportTable(_ known: KnownKeys.Table, _ entry: TOMLTable.Entry) {
    let found: String
    switch entry.node.value {
    case .table: found = "[\(known.name)]"
    case .array(let nodes):
      let isRepeated = nodes.allSatisfy {
        if case .table = $0.value { true } else { false }
      }
      found = isRepeated && !nodes.isEmpty ? "[[\(known.name)]]" : "an array"
    default: found = entry.node.value.kind
    }
    findings.report(.wrongTable(header: known.header, found: found), at: entry.node.span)
  }

  private func loadBackfill(_ root: TOMLTable) -> BackfillSettings {
    var settings = BackfillSettings()
    guard let backfill = section(KnownKeys.backfill, of: root) else { return settings }
    if let maxAge = backfill.duration("max_age", mayBeZero: true) {
      settings.maxAge = maxAge == .zero ? nil : maxAge
    }
    if let digestAbove = backfill.integer("digest_above", from: 0)?.value {
      settings.digestAbove = digestAbove == 0 ? nil : digestAbove
    }
    return settings
  }

  private func loadRun(_ root: TOMLTable) -> RunSettings {
    var settings = RunSettings()
    guard let run = section(KnownKeys.run, of: root) else { return settings }
    if let deadline = run.duration("deadline", mayBeZero: true) {
      settings.deadline = deadline == .zero ? nil : deadline
    }
    if let interval = run.duration("interval", mayBeZero: false) { settings.interval = interval }
    return settings
  }

  private func loadLog(_ root: TOMLTable) -> LogSettings {
    var settings = LogSettings()
    guard let log = section(KnownKeys.log, of: root) else { return settings }
    if let format: LogSettings.Format = log.choice("format") { settings.format = format }
    if let level: LogSettings.Level = log.choice("level") { settings.level = level }
    return settings
  }

  private func loadMetricsFile(_ root: TOMLTable) -> String? {
    section(KnownKeys.metrics, of: root)?.line("file").map { source.path(of: $0.value) }
  }

  private func loadStateDirectory(_ root: TOMLTable) -> String {
    if let directory = section(KnownKeys.state, of: root)?.line("directory") {
      return source.path(of: directory.value)
    }
    // systemd separates several directories by colons; the first is the unit's main one.
    if let first = source.environment("STATE_DIRECTORY")?.split(separator: ":").first {
      return String(first)
    }
    if source.directory == "/etc" || source.directory.hasPrefix("/etc/") {
      return "/var/lib/gitlab-wecom"
    }
    return source.path(of: "state")
  }
}
