"""What ECR answers: images, their manifests, repositories."""

import secrets
from typing import Any

from playground.aws.accounts import ACCOUNT
from playground.aws.errors import AwsError, Json, invalid
from playground.aws.policy import Ask
from playground.aws.registry import CONFIG, Image, Repository
from playground.aws.wire.call import Call, Operation

MOST = 100


def _repository(call: Call) -> Repository:
    name = call.wanted("repositoryName")
    found = call.region.repositories.get(name)
    if found is None:
        where = f"does not exist in the registry with id '{ACCOUNT}'"
        raise AwsError("RepositoryNotFoundException", f"The repository with name '{name}' {where}")
    return found


def _named(repository: Repository, wanted: Json) -> Image | None:
    """By digest and tag, where both are given they have to agree."""
    digest, tag = wanted.get("imageDigest"), wanted.get("imageTag")
    found = repository.images.get(repository.digest_of(digest or tag or "") or "")
    if found is None or (digest and tag and tag not in found.tags):
        return None
    return found


def _missing(repository: Repository, wanted: Json) -> AwsError:
    which = f"{{imageDigest:'{wanted.get('imageDigest', 'null')}', imageTag:'{wanted.get('imageTag', 'null')}'}}"
    where = f"within the repository with name '{repository.name}' in the registry with id '{ACCOUNT}'"
    return AwsError("ImageNotFoundException", f"The image with imageId {which} does not exist {where}")


def describe_images(call: Call) -> Json:
    """The named ones, or a page of all. One that is missing fails the call."""
    repository, ids = _repository(call), call.params.get("imageIds")
    if ids is not None:
        if not 1 <= len(ids) <= MOST or call.params.get("maxResults"):
            raise invalid("Invalid parameter at 'imageIds'")
        found = []
        for wanted in ids:
            one = _named(repository, wanted)
            if one is None:
                raise _missing(repository, wanted)
            found.append(one)
        return {"imageDetails": [_detail(repository, one) for one in found]}
    shown, more = _page(call, _filtered(call, repository))
    return {"imageDetails": [_detail(repository, one) for one in shown], **more}


def list_images(call: Call) -> Json:
    """One entry for each tag, one without a tag for an image that has none."""
    every = [
        {"imageDigest": one.digest, **({"imageTag": tag} if tag else {})}
        for one in _filtered(call, _repository(call))
        for tag in one.tags or [""]
    ]
    shown, more = _page(call, every)
    return {"imageIds": shown, **more}


def _filtered(call: Call, repository: Repository) -> list[Image]:
    wanted = call.params.get("filter", {}).get("tagStatus", "ANY")
    return [one for one in repository.images.values() if wanted == "ANY" or bool(one.tags) == (wanted == "TAGGED")]


def _page(call: Call, every: list[Any]) -> tuple[list[Any], Json]:
    begin, limit = int(call.params.get("nextToken") or 0), int(call.params.get("maxResults", MOST))
    more = {"nextToken": str(begin + limit)} if begin + limit < len(every) else {}
    return every[begin : begin + limit], more


def _detail(repository: Repository, one: Image) -> Json:
    told: Json = {
        "registryId": ACCOUNT,
        "repositoryName": repository.name,
        "imageDigest": one.digest,
        "imageSizeInBytes": 31_000_000,
        "imagePushedAt": one.pushed_at,
        "imageManifestMediaType": one.kind,
        "artifactMediaType": CONFIG,
    }
    return {**told, "imageTags": list(one.tags)} if one.tags else told


def batch_get_image(call: Call) -> Json:
    repository = _repository(call)
    images: list[Json] = []
    failures: list[Json] = []
    for wanted in call.wanted("imageIds", list):
        one = _named(repository, wanted)
        if one is None:
            why = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
            failures.append({"imageId": wanted, **why})
            continue
        images.append(
            {
                "registryId": ACCOUNT,
                "repositoryName": repository.name,
                "imageId": {
                    "imageDigest": one.digest,
                    **({"imageTag": wanted["imageTag"]} if "imageTag" in wanted else {}),
                },
                "imageManifest": one.manifest.decode(),
                "imageManifestMediaType": one.kind,
            }
        )
    return {"images": images, "failures": failures}


def get_download_url(call: Call) -> Json:
    """Good without credentials, as the real ones are."""
    repository, digest = _repository(call), call.wanted("layerDigest")
    if digest not in repository.blobs:
        raise AwsError("LayersNotFoundException", f"The layer '{digest}' does not exist in '{repository.name}'")
    token = secrets.token_urlsafe(16)
    call.state.downloads[token] = repository.blobs[digest]
    return {"downloadUrl": f"{call.state.endpoint}/layers/{token}", "layerDigest": digest}


def describe_repositories(call: Call) -> Json:
    names = call.params.get("repositoryNames")
    if names is None:
        return {"repositories": [_shape(one) for one in call.region.repositories.values()]}
    found = []
    for name in names:
        call.params["repositoryName"] = name
        found.append(_shape(_repository(call)))
    return {"repositories": found}


def _shape(one: Repository) -> Json:
    return {
        "repositoryArn": one.arn,
        "registryId": ACCOUNT,
        "repositoryName": one.name,
        "repositoryUri": one.uri,
        "createdAt": 0.0,
        "imageTagMutability": "MUTABLE",
    }


def _asks(call: Call) -> list[Ask]:
    names = call.params.get("repositoryNames") or [call.params.get("repositoryName", "*")]
    return [Ask(f"ecr:{call.action}", call.arn("ecr", f"repository/{name}")) for name in names]


OPERATIONS = {
    "DescribeImages": Operation(describe_images, _asks),
    "ListImages": Operation(list_images, _asks),
    "BatchGetImage": Operation(batch_get_image, _asks),
    "GetDownloadUrlForLayer": Operation(get_download_url, _asks),
    "DescribeRepositories": Operation(describe_repositories, _asks),
}
