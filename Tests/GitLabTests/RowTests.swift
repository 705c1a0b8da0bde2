import Testing

@testable import GitLab

/// The rows that GitLab sends, reduced to what is read, with the oddities that were seen.
@Suite struct RowTests {
  @Test func `a push is read`() async throws {
    let body = """
      [{"id": 901, "project_id": 7, "action_name": "pushed to", "target_id": null,
        "author_id": 3, "created_at": "2026-01-10T09:00:01.123Z",
        "author": {"id": 3, "username": "ann", "name": "Ann", "state": "active",
                   "avatar_url": null},
        "push_data": {"commit_count": 2, "action": "pushed", "ref_type": "branch",
                      "commit_from": "aaaa", "commit_to": "bbbb", "ref": "main",
                      "commit_title": "fix parser", "ref_count": null},
        "author_username": "ann"}]
      """
    let page = try await Scene(body).client.pushEvents(.id(7))
    let expected = PushEvent(
      id: 901,
      createdAt: 1_768_035_601_123,
      authorUsername: "ann",
      push: PushEvent.Push(
        action: .pushed,
        refType: .branch,
        ref: "main",
        from: "aaaa",
        to: "bbbb",
        commitCount: 2,
        commitTitle: "fix parser"
      )
    )
    #expect(page == Page(rows: [expected]))
  }

  struct PushCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var json: String
    var expected: PushEvent

    init(_ name: String, _ json: String, _ expected: PushEvent) {
      testDescription = name
      self.json = json
      self.expected = expected
    }
  }

  @Test(arguments: [
    PushCase(
      "without created_at and ref_count, an old action_name",
      #"{"id": 4, "title": null, "action_name": "pushed", "author": {"username": "root"},"#
        + #""author_username": "john", "push_data": {"commit_count": 1, "action": "pushed","#
        + #""ref_type": "branch", "commit_from": "a", "commit_to": "b", "ref": "main"}}"#,
      PushEvent(
        id: 4,
        authorUsername: "root",
        push: .init(
          action: .pushed,
          refType: .branch,
          ref: "main",
          from: "a",
          to: "b",
          commitCount: 1
        )
      )
    ),
    PushCase(
      "a null author",
      #"{"id": 4, "author": null, "author_username": "ghost"}"#,
      PushEvent(id: 4, authorUsername: "ghost")
    ),
    PushCase("another kind of event", #"{"id": 4, "note": {"id": 9}}"#, PushEvent(id: 4)),
    PushCase("null push_data", #"{"id": 4, "push_data": null}"#, PushEvent(id: 4)),
    PushCase(
      "fault 75, a bulk",
      #"{"id": 4, "push_data": {"commit_count": 0, "action": "created", "ref_type": "branch","#
        + #""commit_from": null, "commit_to": null, "ref": null, "commit_title": null,"#
        + #""ref_count": 4}}"#,
      PushEvent(id: 4, push: .init(action: .created, refType: .branch))
    ),
    PushCase(
      "fault 76, a deleted branch",
      #"{"id": 4, "push_data": {"commit_count": 0, "action": "removed", "ref_type": "branch","#
        + #""commit_from": "a0", "commit_to": null, "ref": "topic"}}"#,
      PushEvent(id: 4, push: .init(action: .removed, refType: .branch, ref: "topic", from: "a0"))
    ),
    PushCase(
      "fault 76, zeros for no commit",
      #"{"id": 4, "push_data": {"action": "created", "ref_type": "tag","#
        + #""commit_from": "0000000000000000000000000000000000000000", "commit_to": "b0","#
        + #""ref": "v1"}}"#,
      PushEvent(id: 4, push: .init(action: .created, refType: .tag, ref: "v1", to: "b0"))
    ),
    PushCase(
      "fault 79, kinds of a later version",
      #"{"id": 4, "push_data": {"action": "teleported", "ref_type": "note", "commit_count": -3}}"#,
      PushEvent(id: 4, push: .init(action: .other("teleported"), refType: .other("note")))
    ),
    PushCase(
      "fault 79, every key of another type",
      #"{"id": 4, "project_id": [], "created_at": 12, "author": "ann", "author_username": {},"#
        + #""push_data": {"action": 1, "ref_type": null, "ref": [], "commit_count": "2","#
        + #""ref_count": {}, "commit_title": false}}"#,
      PushEvent(id: 4, push: .init(action: .other(""), refType: .other("")))
    ),
  ])
  func `an odd event does no harm`(row: PushCase) async throws {
    let page = try await Scene("[\(row.json)]").client.pushEvents(.id(7))
    #expect(page == Page(rows: [row.expected]))
  }

  @Test func `a failed job is read`() async throws {
    let body = #"""
      [{"id": 5120, "status": "failed", "stage": "test", "name": "unit", "ref": "main",
        "tag": false, "allow_failure": true, "coverage": null, "duration": 100.5,
        "created_at": "2023-09-04T18:38:51.723+02:00",
        "started_at": "2023-09-04T19:10:52.976+02:00",
        "finished_at": "2023-09-04T19:14:59.394+02:00",
        "failure_reason": "script_failure",
        "user": {"id": 3, "username": "ann", "state": "blocked", "bio": null},
        "commit": {"id": "abc", "title": "CI: expire", "trailers": {},
                   "message": "CI: expire\r\n\r\nThis will help",
                   "committed_date": "2023-09-04T18:38:49.000+02:00", "web_url": "https://g/c"},
        "pipeline": {"id": 800, "iid": 5, "project_id": 7, "sha": "abc", "ref": "main",
                     "status": "failed", "source": "push"},
        "runner": null, "artifacts": [{"file_type": "trace", "file_format": null}],
        "web_url": "https://g/j"}]
      """#
    let page = try await Scene(body).client.failedJobs(.id(7))
    let expected = Job(
      id: 5120,
      stage: "test",
      name: "unit",
      ref: "main",
      isTag: false,
      createdAt: 1_693_845_531_723,
      startedAt: 1_693_847_452_976,
      finishedAt: 1_693_847_699_394,
      failureReason: "script_failure",
      user: User(username: "ann", state: "blocked"),
      commit: Commit(
        id: "abc",
        title: "CI: expire",
        message: "CI: expire\r\n\r\nThis will help",
        webURL: "https://g/c"
      ),
      pipeline: Pipeline(
        id: 800,
        projectID: 7,
        sha: "abc",
        ref: "main",
        status: "failed",
        source: "push"
      ),
      webURL: "https://g/j"
    )
    #expect(page == Page(rows: [expected]))
  }

  @Test(arguments: [
    #"{"id": 1}"#,
    #"{"id": 1, "user": null, "commit": null, "pipeline": null, "started_at": null}"#,
    #"{"id": 1, "user": 7, "commit": {"title": "no id"}, "pipeline": {"id": null}, "tag": "no"}"#,
    #"{"id": 1, "created_at": "yesterday", "finished_at": "9999999-01-01T00:00:00Z"}"#,
  ])
  func `fault 79, a job is its id, all else may be missing`(json: String) async throws {
    let page = try await Scene("[\(json)]").client.pipelineJobs(.id(7), pipeline: 8)
    #expect(page == Page(rows: [Job(id: 1)]))
  }

  @Test func `a pipeline and its bridge are read`() async throws {
    let pipeline = #"""
      {"id": 47, "iid": 12, "project_id": 1, "status": "pending", "source": "push",
       "ref": "new", "sha": "a91", "name": null, "web_url": "https://g/p/47",
       "created_at": "2016-08-11T11:28:34.085Z", "updated_at": "2016-08-11T11:32:35.169Z"}
      """#
    let expected = Pipeline(
      id: 47,
      projectID: 1,
      sha: "a91",
      ref: "new",
      status: "pending",
      source: "push",
      createdAt: 1_470_914_914_085,
      updatedAt: 1_470_915_155_169,
      webURL: "https://g/p/47"
    )
    let list = try await Scene("[\(pipeline), {\"id\": 3}]").client.pipelines(.id(1))
    #expect(list.rows == [expected, Pipeline(id: 3)])

    let bridges = #"""
      [{"id": 7, "name": "child", "status": "pending", "duration": 240,
        "downstream_pipeline": \#(pipeline)}, {"id": 8, "downstream_pipeline": null}]
      """#
    let page = try await Scene(bridges).client.bridges(.id(1), pipeline: 6)
    #expect(
      page.rows == [
        BridgeJob(id: 7, downstream: expected),
        BridgeJob(id: 8),
      ]
    )
  }

  @Test(arguments: [
    (#""project_id": 1"#, #""project_id": 1"#, true),
    (#""project_id": 1"#, #""project_id": 2"#, false),
    (
      #""web_url": "https://g/a/b/-/pipelines/6""#, #""web_url": "https://g/a/b/pipelines/5""#, true
    ),
    (
      #""web_url": "https://g/a/b/-/pipelines/6""#, #""web_url": "https://g/a/c/-/pipelines/5""#,
      false
    ),
    (
      #""project_id": 1, "web_url": "https://g/a/-/pipelines/6""#,
      #""web_url": "https://g/a/-/pipelines/5""#, true
    ),
    (
      #""web_url": "https://g/pipelines/b/-/pipelines/6""#,
      #""web_url": "https://g/pipelines/b/-/pipelines/5""#, true
    ),
    (#""web_url": null"#, #""web_url": null"#, false),
  ])
  func `a bridge's child is a pipeline of its own project`(
    own: String,
    downstream: String,
    isChild: Bool
  ) async throws {
    let body = #"""
      [{"id": 7, "pipeline": {"id": 6, \#(own)},
        "downstream_pipeline": {"id": 5, \#(downstream)}}]
      """#
    let page = try await Scene(body).client.bridges(.id(1), pipeline: 6)
    #expect(page.rows.first?.downstream?.id == 5)
    #expect(page.rows.first?.child?.id == (isChild ? 5 : nil))
  }

  @Test func `commits are read, their messages untouched`() async throws {
    let first = #"""
      {"id": "ed89", "short_id": "ed", "title": "Replace", "parent_ids": ["6104"],
       "committed_date": "2021-09-20T11:50:22.001+00:00", "web_url": "https://g/c/ed89",
       "message": "Replace\r\n\tand <@all> 手册 \"x\" \\ \u4f60\ud83d\ude00\n",
       "trailers": {}, "extended_trailers": {"Cc": ["a", "b"]}, "stats": null}
      """#
    let expected = Commit(
      id: "ed89",
      title: "Replace",
      message: "Replace\r\n\tand <@all> 手册 \"x\" \\ 你😀\n",
      webURL: "https://g/c/ed89"
    )
    let page = try await Scene("[\(first), {\"id\": \"61\"}, {\"id\": \"\"}, {\"id\": 5}]")
      .client.commits(.id(1), of: "a..b", perPage: 20)
    #expect(page == Page(rows: [expected, Commit(id: "61")], skippedRows: 2))
    #expect(try await Scene(first).client.commit(.id(1), "ed89") == expected)
  }

  @Test func `a project is read in its long and its short form`() async throws {
    let long = #"""
      {"id": 3, "name": "Diaspora Site", "path_with_namespace": "diaspora/site",
       "name_with_namespace": "Diaspora / Diaspora Site", "web_url": "http://g/diaspora/site",
       "default_branch": "main", "archived": false, "jobs_enabled": true,
       "created_at": "2013-09-30T13:46:02Z", "last_activity_at": "2013-09-30T13:46:03Z",
       "permissions": {"project_access": {"access_level": 10, "notification_level": 3},
                       "group_access": {"access_level": 50}},
       "shared_with_groups": [{"group_id": 4}], "statistics": {"commit_count": 37}}
      """#
    let expected = Project(
      id: 3,
      name: "Diaspora Site",
      fullPath: "diaspora/site",
      webURL: "http://g/diaspora/site",
      defaultBranch: "main",
      isArchived: false,
      createdAt: 1_380_548_762_000,
      hasJobs: true
    )
    #expect(try await Scene(long).client.project(.id(3)) == expected)
    let short = #"[{"id": 4, "name": "Client", "default_branch": null, "namespace": {"id": 2}}]"#
    let page = try await Scene(short).client.memberProjects()
    #expect(page.rows == [Project(id: 4, name: "Client")])
  }

  @Test(
    arguments: [
      (#""builds_access_level": "disabled""#, false),
      (#""builds_access_level": "private", "jobs_enabled": false"#, true),
      (#""jobs_enabled": false"#, false),
      (#""permissions": null"#, nil),
    ] as [(String, Bool?)]
  )
  func `whether CI is on is read where it is told`(keys: String, hasJobs: Bool?) async throws {
    let project = try await Scene("{\"id\": 3, \(keys)}").client.project(.id(3))
    #expect(project == Project(id: 3, hasJobs: hasJobs))
  }

  @Test func `a token is read`() async throws {
    let body = #"""
      {"id": 4, "name": "bridge", "revoked": false, "scopes": ["read_api"], "user_id": 3,
       "last_used_at": "2021-10-06T17:58:37.550Z", "active": true, "expires_at": "2026-12-08"}
      """#
    let expected = TokenInformation(
      name: "bridge",
      scopes: ["read_api"],
      expiresOn: "2026-12-08"
    )
    #expect(try await Scene(body).client.tokenSelf() == expected)
    let bare = try await Scene(#"{"expires_at": null, "scopes": "api"}"#).client.tokenSelf()
    #expect(bare == TokenInformation(scopes: []))
  }

  @Test func `a group is read`() async throws {
    let body = #"{"id": 5, "full_path": "docs/in", "name": "In", "web_url": "https://g/docs/in"}"#
    #expect(try await Scene(body).client.group("docs/in") == Group(id: 5))
  }

  @Test func `branches are read`() async throws {
    let body = #"[{"name": "main", "default": true, "commit": {"id": "7b5c"}}, {"default": false}]"#
    let page = try await Scene(body).client.branches(.id(1))
    let main = Branch(name: "main")
    #expect(page.rows == [main])
    #expect(page.skippedRows == 1)
  }
}
