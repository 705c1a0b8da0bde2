internal import Changes
internal import GitLab

/// Why a question to GitLab got no usable answer.
enum PollError: Error, Sendable, Equatable {
  /// GitLab's answer, or its absence, after the repeats it deserved.
  case failed(GitLabError)
  /// GitLab failed for a single pipeline of a project; the rest of it was read.
  case partly(GitLabError)
  /// Not asked: an earlier answer holds every question of this kind for now.
  case held
  /// Rows vanished each time while their pages were read: nothing is sure, the next pass asks again.
  case unsteady
  /// Not asked: the pass has no time left, or was told to stop.
  case outOfTime

  /// Whether GitLab does not show the project at all.
  var isAboutProject: Bool {
    if case .failed(let error) = self { error.isAboutProject } else { false }
  }

  /// Whether GitLab's limits kept the question from being answered.
  var isLimit: Bool {
    switch self {
    case .held: true
    case .failed(let error): error.isLimit
    case .partly, .unsteady, .outOfTime: false
    }
  }

  /// Returns the one of two that says more: a failure, else what came first.
  static func graver(_ first: PollError?, _ second: PollError) -> PollError {
    switch first {
    case .failed(let error): .failed(error)
    case .partly, .held, .outOfTime, .unsteady:
      if case .failed = second { second } else { first ?? second }
    case nil: second
    }
  }
}

/// Takes "there is no such thing" for an answer, which is nil then.
func absentIsNil<Answer>(
  _ ask: () async throws(PollError) -> Answer
) async throws(PollError) -> Answer? {
  do {
    return try await ask()
  } catch .failed(let error) where error.isAbsent {
    return nil
  } catch {
    throw error
  }
}
