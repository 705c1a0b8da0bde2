internal import Changes

/// Turns what the projects gave into finished messages for the bots.
struct Composer: Sendable {
  let watch: Watch
  let neutraliser: Neutraliser
  let ageLimit: AgeLimit
  /// The local time of the pass.
  let now: Timestamp

  /// What readings have to say.
  struct Composition: Sendable, Equatable {
    var messages: [Entry.NewMessage] = []
    /// Messages not told for their age, by bot.
    var tooOld: [String: [MessageKey]] = [:]
    var pushCount = 0
    var buildCount = 0
  }

  /// One piece of news with its place in the order of telling.
  private struct News {
    var subject: Subject
    /// Whether it is counted alone: for a push the reader has seen to that.
    var isTooOld: Bool
    var content: (_ title: String) -> String
    var event: RouteEvent
    var project: Int
    var paths: [String]
    /// The time that orders it: never before the earlier news of its project and kind.
    var order: Timestamp
  }

  /// Composes the messages of readings, oldest news first.
  ///
  /// Pushes of a project stay in the order of their events and builds in that of their finish
  /// times, even where GitLab's stamps disagree.
  func compose(_ readings: [ProjectReading], firstItem: Int) -> Composition {
    var composition = Composition()
    var news = readings.flatMap { pushNews($0) + buildNews($0) }
    news = news.enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }.map(\.element)
    var next = firstItem
    for piece in news {
      let recipients = watch.recipients(
        of: piece.event,
        in: piece.project,
        paths: piece.paths
      )
      guard !recipients.isEmpty else { continue }
      switch piece.subject.kind {
      case .push: composition.pushCount += 1
      case .build: composition.buildCount += 1
      }
      for recipient in recipients {
        guard !piece.isTooOld else {
          composition.tooOld[recipient.bot, default: []].append(piece.subject.key)
          continue
        }
        var subject = piece.subject
        subject.title = recipient.title
        let item = QueueItem(
          id: next,
          content: piece.content(recipient.title),
          subject: subject,
          messageCount: 1,
          queuedAt: now
        )
        composition.messages.append(Entry.NewMessage(bot: recipient.bot, item: item))
        next += 1
      }
    }
    return composition
  }

  private func pushNews(_ reading: ProjectReading) -> [News] {
    guard let facts = reading.facts else { return [] }
    var latest = Timestamp(milliseconds: .min)
    return reading.pushes.map { push in
      latest = max(latest, push.at)
      let message = push.message ?? ""
      return News(
        subject: Subject(
          kind: .push,
          id: push.eventID,
          projectID: facts.id,
          projectName: facts.name,
          projectURL: facts.webURL,
          title: "",
          username: push.username,
          ref: push.branch,
          headline: firstLine(message),
          link: push.link,
          commitCount: push.commitCount,
          pushKind: push.kind == .commits ? nil : push.kind,
          at: push.at
        ),
        isTooOld: push.message == nil,
        content: { title in
          EventMessage(
            kind: .push,
            title: title,
            projectName: facts.name,
            projectURL: facts.webURL,
            username: push.username,
            commitMessage: message
          ).content(neutraliser)
        },
        event: .push(branch: push.branch),
        project: reading.id,
        paths: reading.paths,
        order: latest
      )
    }
  }

  private func buildNews(_ reading: ProjectReading) -> [News] {
    guard let facts = reading.facts else { return [] }
    return reading.builds.map { build in
      News(
        subject: Subject(
          kind: .build,
          id: build.jobID,
          projectID: facts.id,
          projectName: facts.name,
          projectURL: facts.webURL,
          title: "",
          username: build.username,
          ref: build.ref,
          headline: build.name,
          link: build.link,
          stage: build.stage,
          reason: build.reason,
          at: build.finishedAt
        ),
        isTooOld: ageLimit.isExceeded(
          by: build.finishedAt,
          at: reading.serverDate ?? now
        ),
        content: { title in
          EventMessage(
            kind: .build,
            title: title,
            projectName: facts.name,
            projectURL: facts.webURL,
            username: build.username,
            commitMessage: build.message
          ).content(neutraliser)
        },
        event: .build(build.reference),
        project: reading.id,
        paths: reading.paths,
        order: build.finishedAt
      )
    }
  }

  /// The first line with something on it, as GitLab's titles have it.
  private func firstLine(_ message: String) -> String {
    message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message
  }
}
