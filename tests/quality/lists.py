"""What the tests of lists that come from tables share."""


def confirmed(client, address, said):
    """Send a table, look at what it would change, and store it."""
    preview = client.post(address, said).context["preview"]
    return client.post(address, dict(preview["said"]), follow=True)
