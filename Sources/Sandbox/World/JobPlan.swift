extension World {
  /// A job as a pipeline's configuration describes it.
  package struct JobPlan: Sendable, Equatable {
    /// What kind of row the job becomes.
    package enum Kind: Sendable, Equatable {
      case build
      /// A trigger job.
      case bridge
      /// A status set from outside through the API.
      case external
    }

    package var name: String
    package var stage: String
    package var kind: Kind
    package var allowsFailure: Bool
    /// Whether it waits for somebody to play it.
    package var isManual: Bool

    package init(
      _ name: String,
      stage: String = "test",
      kind: Kind = .build,
      allowsFailure: Bool? = nil,
      isManual: Bool = false
    ) {
      self.name = name
      self.stage = stage
      self.kind = kind
      // GitLab lets manual jobs fail unless their rules say otherwise.
      self.allowsFailure = allowsFailure ?? isManual
      self.isManual = isManual
    }
  }

  /// The ids of a new pipeline.
  package struct CreatedPipeline: Sendable, Equatable {
    package let id: Int
    /// In the order of the plan.
    package let jobs: [Int]
  }
}
