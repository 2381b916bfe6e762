"""CloudWatch Logs: groups, streams, and reading them."""

from dataclasses import dataclass, field

from playground.aws.errors import AwsError, Json, invalid
from playground.aws.policy import Ask
from playground.aws.state import Region
from playground.aws.wire.call import Call, Operation

MOST = 10_000
Line = tuple[float, str]


@dataclass
class LogGroup:
    region: Region = field(repr=False)
    name: str
    streams: dict[str, list[Line]] = field(default_factory=dict)

    def shape(self) -> Json:
        arn = self.region.arn("logs", f"log-group:{self.name}:*")
        return {"logGroupName": self.name, "creationTime": 0, "metricFilterCount": 0, "arn": arn, "storedBytes": 0}


def _group(call: Call) -> LogGroup:
    found = call.region.logs.get(call.wanted("logGroupName"))
    if found is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return found


def get_log_events(call: Call) -> Json:
    """The newest lines first unless `startFromHead`; the tokens go on from either end."""
    stream = _group(call).streams.get(call.wanted("logStreamName"))
    if stream is None:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    lines = [one for one in stream if _within(call, one)]
    limit = _limit(call)
    begin, end = (0, limit) if call.params.get("startFromHead") else (max(0, len(lines) - limit), len(lines))
    token = call.params.get("nextToken")
    if token:
        way, _, at = token.partition("/")
        if way not in ("f", "b") or not at.isdigit():
            raise invalid("The specified nextToken is invalid.")
        begin, end = (int(at), int(at) + limit) if way == "f" else (max(0, int(at) - limit), int(at))
    shown = lines[begin:end]
    return {
        "events": [_shape(one) for one in shown],
        "nextForwardToken": f"f/{begin + len(shown):056d}",
        "nextBackwardToken": f"b/{begin:056d}",
    }


def filter_log_events(call: Call) -> Json:
    """Oldest first. Of a pattern only plain words are understood."""
    group, limit = _group(call), _limit(call)
    wanted, prefix = call.params.get("logStreamNames"), call.params.get("logStreamNamePrefix", "")
    if wanted and prefix:
        raise invalid("logStreamNames and logStreamNamePrefix cannot be used together.")
    words = call.params.get("filterPattern", "").replace('"', "")
    every = [
        (one, name)
        for name, lines in group.streams.items()
        if (not wanted or name in wanted) and name.startswith(prefix)
        for one in lines
        if _within(call, one) and words in one[1]
    ]
    every.sort(key=lambda one: one[0][0])
    begin = int(call.params.get("nextToken") or 0)
    told: Json = {
        "events": [
            {**_shape(one), "logStreamName": name, "eventId": f"{begin + n:056d}"}
            for n, (one, name) in enumerate(every[begin : begin + limit])
        ],
        "searchedLogStreams": [],
    }
    if begin + limit < len(every):
        told["nextToken"] = str(begin + limit)
    return told


def describe_log_streams(call: Call) -> Json:
    prefix = call.params.get("logStreamNamePrefix", "")
    found = [
        {
            "logStreamName": name,
            "creationTime": _milliseconds(lines[0][0]) if lines else 0,
            "arn": call.arn("logs", f"log-group:{call.params['logGroupName']}:log-stream:{name}"),
        }
        for name, lines in sorted(_group(call).streams.items())
        if name.startswith(prefix)
    ]
    return {"logStreams": found[: call.params.get("limit", 50)]}


def describe_log_groups(call: Call) -> Json:
    prefix = call.params.get("logGroupNamePrefix", "")
    return {"logGroups": [one.shape() for name, one in sorted(call.region.logs.items()) if name.startswith(prefix)]}


def _within(call: Call, line: Line) -> bool:
    at = _milliseconds(line[0])
    begin, end = int(call.params.get("startTime", 0)), int(call.params.get("endTime", at + 1))
    return begin <= at < end


def _limit(call: Call) -> int:
    limit = int(call.params.get("limit", MOST))
    if not 1 <= limit <= MOST:
        raise invalid(f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint")
    return limit


def _shape(line: Line) -> Json:
    at = _milliseconds(line[0])
    return {"timestamp": at, "message": line[1], "ingestionTime": at}


def _milliseconds(at: float) -> int:
    return int(at * 1000)


def _stream(call: Call) -> list[Ask]:
    where = f"log-group:{call.params.get('logGroupName')}:log-stream:{call.params.get('logStreamName', '')}"
    return [Ask(f"logs:{call.action}", call.arn("logs", where))]


OPERATIONS = {
    "GetLogEvents": Operation(get_log_events, _stream),
    "FilterLogEvents": Operation(filter_log_events, _stream),
    "DescribeLogStreams": Operation(describe_log_streams, _stream),
    "DescribeLogGroups": Operation(
        describe_log_groups, lambda call: [Ask("logs:DescribeLogGroups", call.arn("logs", "log-group::log-stream:"))]
    ),
}
