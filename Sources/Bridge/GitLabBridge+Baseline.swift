internal import Changes
internal import Configuration
internal import Platform
internal import Store

extension GitLabBridge {
  /// Takes GitLab as it stands for the new beginning, of all projects or of some.
  ///
  /// What waits is kept. The way out of a damaged state, whose files are set aside, and of a GitLab
  /// that was restored from a backup. Waits for the lock. The projects are named by full path or id;
  /// none stands for all, and for the watch itself.
  package func baseline(
    projects wanted: [String],
    observer: PassObserver = PassObserver()
  ) async -> PassReport {
    do {
      let store = try StateStore.open(
        directory: configuration.stateDirectory,
        schema: BridgeState.schema,
        disk: surroundings.disk
      )
      defer { store.close() }
      guard try await waitForLock(store) else {
        var report = PassReport()
        report.exitCode = .failed
        let text = "stopped before anything was done"
        report.sayings = [Saying(level: .error, event: "stopped", text: text)]
        return report
      }
      var sayings: [Saying] = []
      let keeper: StateKeeper
      do {
        (keeper, sayings) = try load(store)
      } catch {
        guard wanted.isEmpty, isPastRepair(error) else { throw error }
        try store.beginAnew()
        let text = """
          the damaged state was set aside, under names that begin with "damaged." in \
          \(store.directory); what waited in it is not posted
          """
        sayings.append(Saying(level: .warning, event: "state.aside", text: text))
        (keeper, _) = try load(store)
      }
      if !wanted.isEmpty, let mismatch = try await settleIdentity(keeper) {
        return mismatch
      }
      try rebase(keeper, wanted: wanted, sayings: &sayings)
      var asking = pass(
        keeper,
        started: surroundings.time.bootMilliseconds(),
        observer: observer
      )
      asking.posts = false
      asking.settings.deadlineMilliseconds = nil
      var report = try await asking.run()
      report.sayings = sayings + report.sayings
      if sayings.contains(where: { $0.level == .error }) {
        report.exitCode = .first(of: [report.exitCode, .failed])
      }
      return report
    } catch {
      return failure(error)
    }
  }

  private func isPastRepair(_ error: any Error) -> Bool {
    switch error {
    case let error as StoreError:
      switch error {
      case .damaged, .foreign: true
      default: false
      }
    case is DecodingError: true
    default: false
    }
  }

  private func rebase(
    _ keeper: StateKeeper,
    wanted: [String],
    sayings: inout [Saying]
  ) throws {
    guard !wanted.isEmpty else { return try keeper.commit([.rebased(projects: nil)]) }
    var chosen: [Int] = []
    for text in wanted {
      let found = keeper.state.projects.filter {
        String($0.key) == text || $0.value.path.lowercased() == text.lowercased()
      }
      if found.isEmpty {
        let text = "no project \"\(Neutraliser.clean(text))\" is watched; check the path"
        sayings.append(Saying(level: .error, event: "baseline.unknown", text: text))
      }
      chosen += found.keys.sorted()
    }
    try keeper.commit(chosen.isEmpty ? [] : [.rebased(projects: chosen)])
  }
}
