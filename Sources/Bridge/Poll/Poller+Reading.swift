internal import Changes

// The round of questions: the gate, and beside it the projects that have their turn.

extension Poller {
  /// Projects below which asking each one is no dearer than the gate.
  private static let gateMinimum = 3

  /// What one of the questions under way comes back with.
  private enum Step: Sendable {
    case page(Result<Gate.Answer, PollError>)
    case reading(ProjectReading)
  }

  /// The gate of this pass; nil where each project is asked.
  func gate(
    _ state: BridgeState,
    discovery: DiscoveryState,
    into report: inout Report
  ) -> Gate? {
    guard discovery.members.count >= Self.gateMinimum, let since = state.sweep.gateAt else {
      // Without a last gate there is nothing to ask from.
      report.sweep.gateAt = state.sweep.gateAt ?? report.began
      return nil
    }
    return Gate(
      client: client,
      requester: requester,
      since: since,
      pageLimit: discovery.members.count / 2,
      reserve: reserve
    )
  }

  /// Reads all projects that have their turn, each once.
  ///
  /// The pages of the gate come one after the other, so those that a page names are read while the
  /// next is asked for.
  ///
  /// Those that came to their end are handed over in portions; those that failed are weighed when
  /// all have been asked. Where the gate failed and nothing more can be asked, that is the error of
  /// the report: it holds what was read until then.
  func readAll(
    _ plan: inout TaskPlan,
    gate: Gate?,
    with reader: ProjectReader,
    into report: inout Report
  ) async {
    await withTaskGroup(of: Step.self) { group in
      if let gate {
        group.addTask { await ask(gate, after: Gate.Answer()) }
      } else {
        plan.close(asksEach: true)
      }
      var underWay = 0
      var doneCount = 0
      var ready: [ProjectReading] = []
      while true {
        while underWay < room(in: plan), let task = plan.next() {
          underWay += 1
          group.addTask { .reading(await read(task, with: reader)) }
        }
        guard let step = await group.next() else { break }
        switch step {
        case .reading(let reading):
          underWay -= 1
          doneCount += 1
          // As long as the gate may name more, this was not the last.
          progress(doneCount, plan.isClosed ? plan.count : max(plan.count, doneCount + 1))
          if reading.error == nil {
            ready.append(reading)
          } else {
            report.readings.append(reading)
          }
          if let handover, ready.count >= handover.size {
            handover.portions.yield(report.holding(ready))
            ready = []
          }
        case .page(let page):
          if let gate, let answer = take(page, of: gate, into: &plan, and: &report) {
            group.addTask { await ask(gate, after: answer) }
          } else if doneCount > 0, doneCount == plan.count {
            progress(doneCount, plan.count)
          }
        }
      }
      report = report.holding(report.readings + ready)
    }
    report.dueCount = plan.count
  }

  /// Takes over what a page of the gate says; the answer is returned where the list goes on.
  private func take(
    _ page: Result<Gate.Answer, PollError>,
    of gate: Gate,
    into plan: inout TaskPlan,
    and report: inout Report
  ) -> Gate.Answer? {
    do throws(PollError) {
      let answer = try page.get()
      plan.add(active: answer.named)
      if case .open = answer.extent {
        return answer
      }
      report.sweep.gateAt = answer.serverDate ?? gate.since
      report.clockDifference = answer.clockDifference ?? report.clockDifference
      report.allowedRequests = answer.allowedRequests
      plan.close(asksEach: answer.extent == .cut)
    } catch {
      guard !requester.isOver else {
        report.error = error
        return nil
      }
      // Where GitLab limits that listing, a question to each project would be no kinder: who is
      // active shows in the next one, and the slow round goes on.
      plan.close(asksEach: !error.isLimit)
    }
    return nil
  }

  /// How many projects may be read at the same time.
  private func room(in plan: TaskPlan) -> Int {
    guard !plan.isClosed else { return max(width, 1) }
    // Those left behind come first, and with the facts that a later page may hold; and where
    // requests wait for their turn, the gate's would wait behind the projects'.
    return plan.hasWaiting || requester.isPaced ? 0 : width - 1
  }

  private func ask(_ gate: Gate, after answer: Gate.Answer) async -> Step {
    do throws(PollError) {
      return .page(.success(try await gate.page(after: answer)))
    } catch {
      return .page(.failure(error))
    }
  }

  private func read(
    _ task: ProjectReader.Task,
    with reader: ProjectReader
  ) async -> ProjectReading {
    let isLate = requester.isOver
    var reading = await reader.read(task)
    reading.hadTurn = reading.serverDate != nil || (reading.error == .outOfTime && !isLate)
    return reading
  }
}

extension Poller.Report {
  /// Returns the report with other readings, by their projects' ids.
  fileprivate func holding(_ readings: [ProjectReading]) -> Self {
    var report = self
    report.readings = readings.sorted { $0.id < $1.id }
    return report
  }
}
