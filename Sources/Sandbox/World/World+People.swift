extension World {
  // MARK: Users, groups and tokens

  /// Adds an active user with a namespace of the same name.
  @discardableResult
  package mutating func addUser(_ username: String, name: String? = nil) -> Int {
    let id = nextID(.user)
    let namespaceID = nextID(.namespace)
    users[id] = User(
      id: id,
      username: username,
      name: name ?? username.capitalizedFirst,
      namespaceID: namespaceID,
      createdAt: now
    )
    namespaces[namespaceID] = Namespace(
      id: namespaceID,
      name: name ?? username.capitalizedFirst,
      path: username,
      ownerID: id,
      fullPath: username,
      fullName: name ?? username.capitalizedFirst,
      createdAt: now
    )
    namespacePaths[username.lowercased()] = namespaceID
    return id
  }

  /// Blocks a user and drops the user's unfinished jobs, for which no webhook fires.
  package mutating func block(_ userID: Int) {
    users[userID]?.isBlocked = true
    for project in projects {
      for job in project.jobs
      where job.row.userID == userID && job.row.kind == .build {
        // A job dropped before may have let this one be skipped.
        let status = status(ofJob: job.row.id)
        if !status.isComplete, status != .manual { fail(job.row.id, reason: "user_blocked") }
      }
    }
  }

  /// Adds a group, at the top or in another group.
  @discardableResult
  package mutating func addGroup(
    _ path: String,
    name: String? = nil,
    in parentID: Int? = nil,
    isVisible: Bool = true
  ) -> Int {
    let id = nextID(.namespace)
    let parent = parentID.map { namespace($0) }
    let ownName = name ?? path.capitalizedFirst
    namespaces[id] = Namespace(
      id: id,
      name: ownName,
      path: path,
      parentID: parentID,
      fullPath: parent.map { "\($0.fullPath)/\(path)" } ?? path,
      fullName: parent.map { "\($0.fullName) / \(ownName)" } ?? ownName,
      isVisible: isVisible,
      createdAt: now
    )
    namespacePaths[namespace(id).fullPath.lowercased()] = id
    return id
  }

  /// Renames or moves a group; the paths of all that is in it change.
  package mutating func renameGroup(_ id: Int, path: String? = nil, name: String? = nil) {
    var group = namespace(id)
    group.path = path ?? group.path
    group.name = name ?? group.name
    namespaces[id] = group
    refreshPaths(below: id)
  }

  /// Adds a token of a user; its string is what requests carry.
  @discardableResult
  package mutating func addToken(
    _ secret: String,
    name: String = "wecom-bridge",
    of userID: Int,
    scopes: [String] = ["read_api"],
    expiresAt: String? = nil
  ) -> Int {
    let id = nextID(.token)
    tokens[secret] = Token(
      id: id,
      name: name,
      userID: userID,
      scopes: scopes,
      expiresAt: expiresAt,
      createdAt: now
    )
    return id
  }

  /// Revokes a token.
  package mutating func revokeToken(_ secret: String) {
    tokens[secret]?.isRevoked = true
  }

  /// Sets the date on which a token ends, or that it does not.
  package mutating func setExpiry(ofToken secret: String, to date: String?) {
    tokens[secret]?.expiresAt = date
  }

  /// Sets the scopes of a token.
  package mutating func setScopes(ofToken secret: String, to scopes: [String]) {
    tokens[secret]?.scopes = scopes
  }

  // MARK: Projects

  /// Adds an empty project to a group; the tokens' user is a reporter of it unless said otherwise.
  @discardableResult
  package mutating func addProject(
    _ path: String,
    name: String? = nil,
    in groupID: Int,
    visibility: Visibility = .private,
    accessLevel: Int = 20,
    isCIEnabled: Bool = true
  ) -> Int {
    let id = nextID(.project)
    let fullPath = "\(namespace(groupID).fullPath)/\(path)"
    projects.append(
      Project(
        id: id,
        name: name ?? path,
        path: path,
        namespaceID: groupID,
        fullPath: fullPath,
        visibility: visibility,
        accessLevel: accessLevel,
        isCIEnabled: isCIEnabled,
        createdAt: now,
        updatedAt: now,
        lastActivityAt: now
      )
    )
    projectIndexes[id] = projects.count - 1
    projectPaths[fullPath.lowercased()] = id
    return id
  }

  /// Adds an empty project to a user's own namespace.
  @discardableResult
  package mutating func addProject(
    _ path: String,
    name: String? = nil,
    ofUser userID: Int,
    accessLevel: Int = 20
  ) -> Int {
    addProject(path, name: name, in: user(userID).namespaceID, accessLevel: accessLevel)
  }

  /// Changes a project's path, its name or both.
  package mutating func renameProject(_ id: Int, path: String? = nil, name: String? = nil) {
    let index = index(ofProject: id)
    projects[index].path = path ?? projects[index].path
    projects[index].name = name ?? projects[index].name
    projects[index].updatedAt = now
    refreshPath(ofProjectAt: index)
  }

  /// Moves a project to another group or user namespace.
  package mutating func transferProject(_ id: Int, to namespaceID: Int) {
    let index = index(ofProject: id)
    projects[index].namespaceID = namespaceID
    projects[index].updatedAt = now
    refreshPath(ofProjectAt: index)
  }

  /// Removes the events of a user everywhere, as GitLab does when it deletes one.
  package mutating func deleteEvents(of userID: Int) {
    for index in projects.indices { projects[index].events.removeAll { $0.authorID == userID } }
  }

  /// Archives a project or takes it back.
  package mutating func setArchived(_ isArchived: Bool, project id: Int) {
    projects[index(ofProject: id)].isArchived = isArchived
  }

  /// Switches a project's CI on or off.
  package mutating func setCIEnabled(_ isEnabled: Bool, project id: Int) {
    projects[index(ofProject: id)].isCIEnabled = isEnabled
  }

  /// Switches a project's repository on or off; without it push rows vanish from the events.
  package mutating func setRepositoryEnabled(_ isEnabled: Bool, project id: Int) {
    projects[index(ofProject: id)].isRepositoryEnabled = isEnabled
  }

  /// Sets the role of the tokens' user: 0 none, 10 guest, 20 reporter, 30 developer.
  package mutating func setAccessLevel(_ level: Int, project id: Int) {
    projects[index(ofProject: id)].accessLevel = level
  }

  /// Sets who may see a project.
  package mutating func setVisibility(_ visibility: Visibility, project id: Int) {
    projects[index(ofProject: id)].visibility = visibility
  }

  /// Lets a project look unused since a time.
  package mutating func setLastActivity(_ time: Int64, project id: Int) {
    let index = index(ofProject: id)
    projects[index].lastActivityAt = time
    projects[index].pendingActivity = []
  }

  /// Returns `last_activity_at` of a project as readers see it.
  package func lastActivity(of id: Int) -> Int64 {
    projects[index(ofProject: id)].lastActivity(seenAt: now)
  }

  private mutating func refreshPath(ofProjectAt index: Int) {
    let project = projects[index]
    let fullPath = "\(namespace(project.namespaceID).fullPath)/\(project.path)"
    guard fullPath != project.fullPath else { return }
    projectPaths[project.fullPath.lowercased()] = nil
    formerPaths[project.fullPath.lowercased()] = project.id
    formerPaths[fullPath.lowercased()] = nil
    projectPaths[fullPath.lowercased()] = project.id
    projects[index].fullPath = fullPath
  }

  private mutating func refreshPaths(below id: Int) {
    var group = namespace(id)
    let parent = group.parentID.map { namespace($0) }
    namespacePaths[group.fullPath.lowercased()] = nil
    group.fullPath = parent.map { "\($0.fullPath)/\(group.path)" } ?? group.path
    group.fullName = parent.map { "\($0.fullName) / \(group.name)" } ?? group.name
    namespaces[id] = group
    namespacePaths[group.fullPath.lowercased()] = id
    for index in projects.indices where projects[index].namespaceID == id {
      refreshPath(ofProjectAt: index)
    }
    for child in namespaces.values where child.parentID == id { refreshPaths(below: child.id) }
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
