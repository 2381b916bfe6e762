#!/bin/sh
# What a team's pipeline does with the AWS CLI: a new revision, update-service, wait. CLUSTER SERVICE CONTAINER IMAGE
set -eu
current=$(aws ecs describe-services --cluster "$1" --services "$2" --query 'services[0].taskDefinition' --output text)
aws ecs describe-task-definition --task-definition "$current" --output json --query 'taskDefinition' |
    python -c '
import json, sys
taken = "family containerDefinitions networkMode requiresCompatibilities cpu memory executionRoleArn".split()
current = json.load(sys.stdin)
for one in current["containerDefinitions"]:
    if one["name"] == sys.argv[1]:
        one["image"] = sys.argv[2]
print(json.dumps({name: current[name] for name in taken if name in current}))
' "$3" "$4" > revision.json
revision=$(aws ecs register-task-definition --cli-input-json file://revision.json \
    --query 'taskDefinition.taskDefinitionArn' --output text)
aws ecs update-service --cluster "$1" --service "$2" --task-definition "$revision" > updated.json
aws ecs wait services-stable --cluster "$1" --services "$2"
