internal import Changes
internal import GitLab

/// Why a question to GitLab got no usable answer.
enum PollError: Error, Sendable, Equatable {
  /// GitLab's answer, or its absence, after the repeats it deserved.
  case failed(GitLabError)
  /// Not asked: an earlier answer holds every question of this kind for now.
  case held
  /// Not asked: the pass has no time left, or was told to stop.
  case outOfTime
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
