/// How it stands with the reading of a project.
enum ProjectCondition: String, Sendable, CaseIterable {
  /// Nothing is wrong.
  case read
  /// GitLab failed for this project in the last pass that asked.
  case failing
  /// Not there for the token.
  case gone
  /// Its ids went back: it waits for a new baseline.
  case rewound

  init(_ project: ProjectState) {
    switch project.obstacle {
    case .gone: self = .gone
    case .rewound: self = .rewound
    case nil: self = (project.failures ?? 0) > 0 ? .failing : .read
    }
  }

  /// Returns how many of the watched projects there are of each kind.
  static func counts(in state: BridgeState) -> [(condition: ProjectCondition, count: Int)] {
    var counts: [ProjectCondition: Int] = [:]
    for id in state.watchedProjects {
      let condition = state.projects[id].map(ProjectCondition.init) ?? .read
      counts[condition, default: 0] += 1
    }
    return allCases.map { ($0, counts[$0] ?? 0) }
  }
}

extension BridgeState {
  /// The projects that the routes select, by ascending id.
  var watchedProjects: [Int] {
    discovery?.projects ?? projects.keys.sorted()
  }
}
