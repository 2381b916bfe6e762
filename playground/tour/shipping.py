"""The good days: staging, then production with a second person's yes."""

from playground.tour.scene import Scene, must


async def staging(scene: Scene) -> str:
    """deploy to staging"""
    sha = await scene.stage.release()
    deploy = await scene.deploy("staging")
    await scene.green(deploy.number, scene.words.deployed, "staging", sha)
    must(await scene.starts("staging", sha) == 1, "it was not started exactly once")
    return f"green, evidence {scene.row(deploy.number).evidence['proof']}"


STEPS = (staging,)
