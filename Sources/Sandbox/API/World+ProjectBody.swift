extension World {
  /// `GET /projects/:id`.
  func projectDetail(_ project: Project) -> SandboxReply {
    var json = JSONWriter(utcOffset: settings.utcOffset, capacity: 5000)
    json.object { json in
      writeSimple(project, to: &json)
      writeRest(of: project, to: &json)
    }
    return .json(200, json.bytes)
  }

  /// Writes the members of the short form (`simple=true`).
  func writeSimple(_ project: Project, to json: inout JSONWriter) {
    let url = webURL(project)
    let namespace = namespace(project.namespaceID)
    json.member("id", project.id)
    json.null("description")
    json.member("name", project.name)
    json.member("name_with_namespace", "\(namespace.fullName) / \(project.name)")
    json.member("path", project.path)
    json.member("path_with_namespace", project.fullPath)
    json.time("created_at", project.createdAt)
    json.member("default_branch", project.defaultBranch)
    json.members(#""tag_list":[],"topics":[]"#)
    json.member("ssh_url_to_repo", sshURL(project))
    json.member("http_url_to_repo", "\(url).git")
    json.member("web_url", url)
    json.member(
      "readme_url",
      project.defaultBranch.map { "\(url)/-/blob/\($0)/README.md" }
    )
    json.members(#""forks_count":0,"avatar_url":null,"star_count":0"#)
    json.time("last_activity_at", project.lastActivity(seenAt: now))
    if settings.isAtLeast(16, 10) { json.member("visibility", project.visibility.rawValue) }
    json.key("namespace")
    write(namespace, to: &json)
  }

  /// Writes the members that the short form leaves out.
  func writeRest(of project: Project, to json: inout JSONWriter) {
    let base = "\(settings.externalURL)/api/v4/projects/\(project.id)"
    json.member("container_registry_image_prefix", "registry.example.com/\(project.fullPath)")
    json.object("_links") { json in
      json.member("self", base)
      json.member("issues", "\(base)/issues")
      json.member("merge_requests", "\(base)/merge_requests")
      json.member("labels", "\(base)/labels")
      json.member("events", "\(base)/events")
      json.member("members", "\(base)/members")
      json.member("cluster_agents", "\(base)/cluster_agents")
      json.member("repo_branches", "\(base)/repository/branches")
    }
    if !settings.isAtLeast(16, 10) { json.member("visibility", project.visibility.rawValue) }
    json.member("archived", project.isArchived)
    json.time("updated_at", project.updatedAt)
    if let owner = namespace(project.namespaceID).ownerID {
      json.key("owner")
      write(user(owner), isLong: false, to: &json)
    }
    json.member("jobs_enabled", project.isCIEnabled)
    json.member("builds_access_level", project.isCIEnabled ? "enabled" : "disabled")
    json.member("repository_access_level", project.isRepositoryEnabled ? "enabled" : "disabled")
    json.members(Self.constantMembers)
    json.object("permissions") { json in
      guard project.accessLevel > 0 else {
        return json.members(#""project_access":null,"group_access":null"#)
      }
      json.object("project_access") { json in
        json.member("access_level", project.accessLevel)
        json.member("notification_level", 3)
      }
      json.null("group_access")
    }
  }

  func write(_ namespace: Namespace, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", namespace.id)
      json.member("name", namespace.name)
      json.member("path", namespace.path)
      json.member("kind", namespace.kind)
      json.member("full_path", namespace.fullPath)
      json.member("parent_id", namespace.parentID)
      json.null("avatar_url")
      let prefix = namespace.ownerID == nil ? "groups/" : ""
      json.member("web_url", "\(settings.externalURL)/\(prefix)\(namespace.fullPath)")
    }
  }

  /// What never differs between two projects of the sandbox.
  private static let constantMembers = [
    #""description_html":"","creator_id":1,"import_url":null,"import_type":null"#,
    #""import_status":"none","import_error":null,"open_issues_count":0,"empty_repo":false"#,
    #""packages_enabled":true,"issues_enabled":true,"merge_requests_enabled":true"#,
    #""wiki_enabled":true,"snippets_enabled":true,"container_registry_enabled":true"#,
    #""service_desk_enabled":false,"service_desk_address":null"#,
    #""can_create_merge_request_in":true,"issues_access_level":"enabled""#,
    #""merge_requests_access_level":"enabled","forking_access_level":"enabled""#,
    #""wiki_access_level":"enabled","snippets_access_level":"enabled""#,
    #""pages_access_level":"private","analytics_access_level":"enabled""#,
    #""container_registry_access_level":"enabled""#,
    #""security_and_compliance_access_level":"private","releases_access_level":"enabled""#,
    #""environments_access_level":"enabled","feature_flags_access_level":"enabled""#,
    #""infrastructure_access_level":"enabled","monitor_access_level":"enabled""#,
    #""resolve_outdated_diff_discussions":false,"shared_runners_enabled":true"#,
    #""group_runners_enabled":true,"lfs_enabled":true,"emails_disabled":false"#,
    #""emails_enabled":true,"ci_default_git_depth":20,"ci_forward_deployment_enabled":true"#,
    #""ci_forward_deployment_rollback_allowed":true,"ci_job_token_scope_enabled":false"#,
    #""ci_separated_caches":true,"ci_allow_fork_pipelines_to_run_in_parent_project":true"#,
    #""ci_id_token_sub_claim_components":["project_path","ref_type","ref"]"#,
    #""ci_restrict_pipeline_cancellation_role":"developer""#,
    #""ci_pipeline_variables_minimum_override_role":"developer""#,
    #""ci_push_repository_for_job_token_allowed":false,"build_git_strategy":"fetch""#,
    #""keep_latest_artifact":true,"restrict_user_defined_variables":false"#,
    #""runner_token_expiration_interval":null,"build_timeout":3600"#,
    #""auto_cancel_pending_pipelines":"enabled","auto_devops_enabled":false"#,
    #""auto_devops_deploy_strategy":"continuous","ci_config_path":null,"public_jobs":true"#,
    #""shared_with_groups":[],"only_allow_merge_if_pipeline_succeeds":false"#,
    #""allow_merge_on_skipped_pipeline":null,"allow_pipeline_trigger_approve_deployment":false"#,
    #""request_access_enabled":true,"only_allow_merge_if_all_discussions_are_resolved":false"#,
    #""remove_source_branch_after_merge":true,"printing_merge_request_link_enabled":true"#,
    #""printing_merge_requests_link_enabled":true,"merge_method":"merge""#,
    #""squash_option":"default_off","enforce_auth_checks_on_uploads":true"#,
    #""suggestion_commit_message":null,"merge_commit_template":null"#,
    #""squash_commit_template":null,"issue_branch_template":null"#,
    #""warn_about_potentially_unwanted_characters":true,"autoclose_referenced_issues":true"#,
    #""external_authorization_classification_label":"","repository_storage":"default""#,
    #""secret_push_protection_enabled":false,"spp_repository_pipeline_access":false"#,
    #""package_registry_access_level":"enabled","requirements_enabled":false"#,
    #""requirements_access_level":"enabled","security_and_compliance_enabled":true"#,
    #""mirror":false,"approvals_before_merge":0,"compliance_frameworks":[]"#,
    #""marked_for_deletion_at":null,"marked_for_deletion_on":null"#,
    #""container_expiration_policy":{"cadence":"1d","enabled":false,"keep_n":10,"#
      + #""older_than":"90d","name_regex":".*","name_regex_delete":".*","#
      + #""name_regex_keep":null,"next_run_at":null}"#,
  ].joined(separator: ",")
}
