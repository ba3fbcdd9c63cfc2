import pytest


@pytest.mark.parametrize("path", ["/help?back=%00", "/help%00", "/help?%00=x", "/help?a=1&b=x%00y"])
def test_an_address_with_a_nul_is_refused(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_with_a_nul_is_refused(client, kind):
    assert client.post("/language", data={"language": "e\0n"}, content_type=kind).status_code == 400


def test_an_address_without_one_is_not(client):
    assert client.get("/help?back=/%20").status_code == 200
