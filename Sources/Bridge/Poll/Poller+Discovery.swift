internal import Changes
internal import GitLab

// Which projects the routes select, as last asked, as asked now, or as far as it could be.

extension Poller {
  /// Returns the projects that the routes select, asked for anew when the answer is too old.
  ///
  /// - Throws: `PollError` when GitLab cannot be asked and nothing is known.
  func discover(
    _ state: BridgeState,
    selectors: String,
    into report: inout Report
  ) async throws(PollError) -> DiscoveryState {
    let known = state.discovery?.selectors == selectors ? state.discovery : nil
    if let known, known.askedAt <= now,
      now.milliseconds - known.askedAt.milliseconds < Discovery.lifetime
    {
      return known
    }
    var search = search(in: state, selectors: selectors)
    let discovery = Discovery(
      client: client,
      requester: requester,
      routes: routes,
      reserve: known == nil ? 0 : reserve
    )
    let found: Discovery.Found
    do throws(PollError) {
      found = try await discovery.find(&search)
    } catch {
      if error == .outOfTime, !stop.isSet {
        report.search = search
      } else if case .failed(let failure) = error {
        report.discoveryFailure = failure
      }
      // What was known goes on; the projects' own answers tell whether GitLab works.
      guard let known, !requester.isOver else { throw error }
      return known
    }
    report.discoveryFailure = found.failure
    let sight = state.began == nil ? report.began : found.asOf
    let next = discoveryState(
      found,
      at: sight,
      after: state,
      known: known,
      selectors: selectors
    )
    report.discovery = (next, newcomers(found, at: sight, state: state, known: known))
    return next
  }

  /// The search that an earlier pass had no time to end, or a new one.
  private func search(in state: BridgeState, selectors: String) -> DiscoverySearch {
    if let search = state.search, search.selectors == selectors, search.startedAt <= now,
      now.milliseconds - search.startedAt.milliseconds < Discovery.searchLifetime
    {
      return search
    }
    return DiscoverySearch(selectors: selectors, startedAt: now)
  }

  private func discoveryState(
    _ found: Discovery.Found,
    at sight: Timestamp?,
    after state: BridgeState,
    known: DiscoveryState?,
    selectors: String
  ) -> DiscoveryState {
    // GitLab failed for some selectors: the projects that are known by them go on.
    let kept = state.projects.filter { id, project in
      project.unselectedSince == nil
        && found.unanswered.contains { $0.matches(Project(id: id, path: project.path)) }
    }
    let keptAliases = (known?.aliases ?? [:]).filter { path, _ in
      found.unanswered.contains(.path(path))
    }
    let projects = Set(found.projects.keys).union(kept.keys).union(keptAliases.values)
    let isComplete = found.unanswered.isEmpty
    return DiscoveryState(
      selectors: selectors,
      askedAt: isComplete
        ? now : Timestamp(milliseconds: now.milliseconds - Discovery.lifetime / 2),
      since: known != nil ? known?.since : sight ?? state.discovery?.since,
      listedAt: found.asOf ?? state.discovery?.listedAt,
      projects: projects.sorted(),
      members: found.members.union(Set(known?.members ?? []).intersection(kept.keys)).sorted(),
      aliases: found.aliases.merging(keptAliases) { first, _ in first },
      barren: found.barren.sorted(),
      archived: found.archived.sorted()
    )
  }

  /// The projects found that are new to the state, or known by another path.
  private func newcomers(
    _ found: Discovery.Found,
    at sight: Timestamp?,
    state: BridgeState,
    known: DiscoveryState?
  ) -> [DiscoveryState.Newcomer] {
    // Others come into sight by a new route: nothing from before is told.
    let newSince = known == nil ? state.discovery?.listedAt : known?.since
    return found.projects.sorted { $0.key < $1.key }.compactMap { id, project in
      let before = state.projects[id]
      guard before?.path != project.path else { return nil }
      let isNew = project.createdAt.map { created in newSince.map { created >= $0 } ?? false }
      return DiscoveryState.Newcomer(
        id: id,
        path: project.path,
        defaultBranch: project.defaultBranch,
        createdAt: isNew == true ? project.createdAt : nil,
        selectedAt: before == nil ? sight : nil
      )
    }
  }
}
