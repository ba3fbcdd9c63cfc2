"""The yardstick: a small tool as PyLTI1p3's documentation shows it: login, launch, one small page.

As documented: the configuration is a JSON file read by each request, launch data lie in a cache, the key set is fetched
by each launch (`STOCK_CACHE=1` switches the optional key caching on).
"""

import json
import os
import tempfile
from pathlib import Path

from flask import Flask, render_template_string
from flask_caching import Cache
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfJsonFile

PAGE = "<!doctype html><title>{{ title }}</title><p>Hello {{ name }}"


def create() -> Flask:
    app = Flask("stock")
    app.secret_key = "stock"
    platform = os.environ["STOCK_PLATFORM"]
    path = Path(tempfile.mkdtemp()) / "tool.json"
    config = {
        "default": True,
        "client_id": "load-client",
        "auth_login_url": f"{platform}/auth",
        "auth_token_url": f"{platform}/token",
        "key_set_url": f"{platform}/keys",
        "private_key_file": "private.key",
        "public_key_file": "public.key",
        "deployment_ids": ["1"],
    }
    path.write_text(json.dumps({platform: [config]}), "utf-8")
    for name in ("private.key", "public.key"):
        (path.parent / name).write_text("the launch does not use it", "utf-8")
    storage = FlaskCacheDataStorage(Cache(app, config={"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 600}))

    @app.route("/lti/login", methods=["GET", "POST"])
    def login() -> object:
        tool_conf = ToolConfJsonFile(str(path))
        flask_request = FlaskRequest()
        target_link_uri = flask_request.get_param("target_link_uri")
        oidc_login = FlaskOIDCLogin(flask_request, tool_conf, launch_data_storage=storage)
        return oidc_login.redirect(target_link_uri)

    @app.post("/lti/launch")
    def launch() -> object:
        tool_conf = ToolConfJsonFile(str(path))
        message = FlaskMessageLaunch(FlaskRequest(), tool_conf, launch_data_storage=storage)
        if os.environ.get("STOCK_CACHE"):
            message.set_public_key_caching(storage, cache_lifetime=7200)
        data = message.get_launch_data()
        return render_template_string(PAGE, title="Exam", name=data.get("name", ""))

    return app
