/// What one route does with an event, and why: the answer to `check --explain`.
package enum RouteVerdict: Hashable, Sendable {
  /// A bot of this route that an earlier route has told already.
  package struct Earlier: Hashable, Sendable {
    package let bot: String
    /// The earlier route, counted from 0.
    package let route: Int
  }

  /// The first condition of a route that an event does not meet.
  package enum Refusal: Hashable, Sendable {
    case projectNotListed
    case projectExcluded(by: ProjectPattern)
    case event(EventKind)
    case branchNotListed(String)
    case branchTakenAway(String, by: String)
    /// A job of a tag's or merge request's pipeline, and the route names branches.
    case noBranch
  }

  /// The route matches: it tells these bots; the others were told by earlier routes.
  case matches(tells: [String], earlier: [Earlier])
  case refuses(Refusal)
}

/// Half a sentence for a terminal; routes are counted from 1 there.
extension RouteVerdict: CustomStringConvertible {
  package var description: String {
    switch self {
    case .matches(let bots, let earlier):
      let told = bots.isEmpty ? [] : ["tells " + bots.joined(separator: ", ")]
      let known = earlier.map { "\($0.bot) is told by route \($0.route + 1) already" }
      return (told + known).joined(separator: "; ")
    case .refuses(let refusal):
      return refusal.description
    }
  }
}

extension RouteVerdict.Refusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .projectNotListed:
      "the project is not among its projects"
    case .projectExcluded(let pattern):
      "the project is left out by exclude \(pattern)"
    case .event(let kind):
      "\(kind.rawValue) is not among its events"
    case .branchNotListed(let branch):
      "branch \"\(branch)\" is not among its branches"
    case .branchTakenAway(let branch, let pattern):
      "branch \"\(branch)\" is taken away by \"\(pattern)\""
    case .noBranch:
      "jobs of tags and merge requests are told only where branches is left out"
    }
  }
}
