"""The comments of one pull request: GitHub's issue comments, GitLab's notes."""

from collections.abc import Iterator
from typing import Protocol

from reconciler.ci.parts import number_at, rows_of, text_at
from reconciler.ci.platform import Api
from reconciler.ci.surroundings import Platform, Surroundings
from reconciler.records import Struct

GITHUB_LIMIT = 65_536
GITLAB_LIMIT = 1_000_000
_GITHUB = {"X-GitHub-Api-Version": "2022-11-28"}


class Comment(Struct, frozen=True):
    """One comment.

    Attributes:
        id: Its number.
        author: The name its writer logs in with.
        body: Its Markdown.
    """

    id: int
    author: str
    body: str


class Request(Struct, frozen=True):
    """A pull request that was merged.

    Attributes:
        number: As people see it.
        head: The last commit of its branch, which is what was reviewed.
    """

    number: int
    head: str


class Host(Protocol):
    """What is asked of a platform, for one project."""

    @property
    def limit(self) -> int:
        """Characters that a comment may have."""
        ...

    def comments(self, number: int) -> Iterator[Comment]:
        """Every comment of a pull request, oldest first."""
        ...

    def create(self, number: int, body: str) -> None:
        """Write a comment."""
        ...

    def update(self, number: int, comment: Comment, body: str) -> None:
        """Write a comment anew."""
        ...

    def merged(self, commit: str) -> Request | None:
        """The pull request that brought a commit to its branch, or None."""
        ...

    def myself(self) -> str:
        """The name that comments of this token bear, or empty where it may not be asked."""
        ...


class GitHub:
    """GitHub's REST API, version 2022-11-28."""

    limit = GITHUB_LIMIT

    def __init__(self, api: Api, project: str) -> None:
        self._api = api
        self._root = f"/repos/{project}"

    def comments(self, number: int) -> Iterator[Comment]:
        """Every comment, oldest first."""
        for row in self._api.pages(f"{self._root}/issues/{number}/comments"):
            yield Comment(
                number_at(row, "id") or 0, text_at(row, "user", "login"), text_at(row, "body")
            )

    def create(self, number: int, body: str) -> None:
        """Write a comment."""
        self._api.ask("POST", f"{self._root}/issues/{number}/comments", body={"body": body})

    def update(self, number: int, comment: Comment, body: str) -> None:
        """Write a comment anew; GitHub knows it without its pull request."""
        _ = number
        self._api.ask("PATCH", f"{self._root}/issues/comments/{comment.id}", body={"body": body})

    def merged(self, commit: str) -> Request | None:
        """The pull request that brought a commit to its branch, or None."""
        rows = [
            row
            for row in rows_of(self._api.ask("GET", f"{self._root}/commits/{commit}/pulls").body)
            if text_at(row, "merged_at")
        ]
        return _chosen(rows, commit, ("merge_commit_sha",), ("number",), ("head", "sha"))

    def myself(self) -> str:
        """A token of a job may not ask who it is; who comments for it is well known."""
        return ""


class GitLab:
    """GitLab's REST API, version 4."""

    limit = GITLAB_LIMIT

    def __init__(self, api: Api, project: str) -> None:
        self._api = api
        self._root = f"/projects/{project}"

    def comments(self, number: int) -> Iterator[Comment]:
        """Every note, oldest first."""
        query = {"sort": "asc", "order_by": "created_at"}
        for row in self._api.pages(f"{self._root}/merge_requests/{number}/notes", query):
            yield Comment(
                number_at(row, "id") or 0, text_at(row, "author", "username"), text_at(row, "body")
            )

    def create(self, number: int, body: str) -> None:
        """Write a note."""
        self._api.ask("POST", f"{self._root}/merge_requests/{number}/notes", body={"body": body})

    def update(self, number: int, comment: Comment, body: str) -> None:
        """Write a note anew."""
        path = f"{self._root}/merge_requests/{number}/notes/{comment.id}"
        self._api.ask("PUT", path, body={"body": body})

    def merged(self, commit: str) -> Request | None:
        """The merge request that brought a commit to its branch, or None."""
        path = f"{self._root}/repository/commits/{commit}/merge_requests"
        rows = [r for r in rows_of(self._api.ask("GET", path).body) if text_at(r, "merged_at")]
        return _chosen(rows, commit, ("merge_commit_sha", "squash_commit_sha"), ("iid",), ("sha",))

    def myself(self) -> str:
        """The user that the token belongs to."""
        return text_at(self._api.ask("GET", "/user").body, "username")


def api_of(given: Surroundings) -> Api:
    """The platform's API, signed with the token of the job.

    Args:
        given: Where the job runs.
    """
    token = given.token.reveal() if given.token else ""
    match given.platform:
        case Platform.GITHUB:
            return Api(
                given.api, {**_GITHUB, **({"Authorization": f"Bearer {token}"} if token else {})}
            )
        case Platform.GITLAB:
            return Api(given.api, {"PRIVATE-TOKEN": token} if token else {})


def host_of(given: Surroundings, api: Api) -> Host:
    """Who shows the pull request.

    Args:
        given: Where the job runs.
        api: The platform's API.
    """
    match given.platform:
        case Platform.GITHUB:
            return GitHub(api, given.project)
        case Platform.GITLAB:
            return GitLab(api, given.project)


def _chosen(
    rows: list[object],
    commit: str,
    merges: tuple[str, ...],
    number: tuple[str, ...],
    head: tuple[str, ...],
) -> Request | None:
    """The request whose merge made the commit; else, for merges by rebase, the only one with it."""
    made = [row for row in rows if commit in {text_at(row, merge) for merge in merges}]
    for row in made or (rows if len(rows) == 1 else []):
        found, sha = number_at(row, *number), text_at(row, *head)
        if found is not None and sha:
            return Request(found, sha)
    return None
