# 养老服务重点任务跟踪与考核平台 / Eldercare task portal
# Every step that fails says what to do, in Chinese and in English. Stamps make a warm run do nothing but look at dates.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

# $(call fail,Chinese,English): for the right-hand side of `||`.
fail = { printf '\n✗ %s\n✗ %s\n' '$(1)' '$(2)' >&2; exit 1; }

.PHONY: help setup run test lint format bench lock dev

help: ## 显示本说明 / show this help
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'

setup: $(VENV)/.runtime static/vendor/.done $(MESSAGES) ## 安装运行所需的一切 / install all that running needs

run: setup ## 启动平台 http://127.0.0.1:8000（PORT= 可改） / serve the portal (PORT= changes the port)
	@$(PY) manage.py start

test: setup dev ## 检查代码并在 SQLite 与 PostgreSQL 上跑全部测试 / lint, then all tests on both databases
	@scripts/install-test-tools
	@$(MAKE) --no-print-directory lint
	@scripts/test-both $(PY) -m pytest

lint: setup dev ## 代码、模板、迁移与部署检查 / code, templates, migrations, deployment checks
	@$(VENV)/bin/ruff check . \
	  || $(call fail,代码检查未通过：先运行 make format，其余按提示修改。,Lint failed: run make format first and mend the rest as told.)
	@$(VENV)/bin/ruff format --check . \
	  || $(call fail,代码格式不一致：请运行 make format。,Code is not formatted: run make format.)
	@$(VENV)/bin/djlint --lint --quiet templates \
	  || $(call fail,模板检查未通过：请按提示修改。,Templates have faults: mend them as told.)
	@DATABASE_URL=sqlite://:memory: $(PY) manage.py makemigrations --check --dry-run \
	  || $(call fail,模型与迁移不一致：请运行 $(PY) manage.py makemigrations。,Models and migrations differ: run $(PY) manage.py makemigrations.)
	@PRODUCTION=true SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  ALLOWED_HOSTS=localhost DATABASE_URL=sqlite://:memory: $(PY) manage.py check --deploy --fail-level WARNING \
	  || $(call fail,部署检查未通过：请按提示修改设置。,The deployment check failed: mend the settings as told.)

format: dev ## 整理代码格式 / format the code
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .

bench: setup dev ## 性能基准 / benchmarks, each one ratio against its limit
	@for b in bench/[a-z]*.py; do PYTHONPATH=. $(PY) "$$b" || exit 1; done
	@scripts/install-test-tools
	@FSYNC=on PYTHONPATH=. scripts/with-postgres $(PY) bench/reporting_load.py

lock: ## 重新锁定依赖版本（需要 uv 与 npm） / lock the dependencies again (needs uv and npm)
	@scripts/lock

dev: $(VENV)/.dev

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || $(call fail,需要 Python 3.11 或更新版本：请安装后运行 make PYTHON=/路径/python3.11。,Python 3.11 or newer is needed: install it and run make PYTHON=/path/to/python3.11.)
	@$(PYTHON) -c 'import venv, ensurepip' \
	  || $(call fail,Python 缺少 venv 模块：Debian 或 Ubuntu 请运行 apt-get install python3-venv。,Python lacks its venv module: on Debian or Ubuntu run apt-get install python3-venv.)
	@$(PYTHON) -m venv $(VENV) \
	  || $(call fail,无法建立虚拟环境：请删除 $(VENV) 目录并检查磁盘空间与权限后重试。,Could not create the virtual environment: remove $(VENV) and check disk space and rights and try again.)
	@touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.python
	@echo '安装运行依赖 / installing requirements.txt'
	@$(PIP) -r requirements.txt \
	  || $(call fail,依赖安装失败：请检查能否访问 Python 软件源（可用 PIP_INDEX_URL 指定）后重试。,Installing failed: check that a Python package index is reachable (PIP_INDEX_URL names one) and try again.)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo '安装开发依赖 / installing requirements-dev.txt'
	@$(PIP) -r requirements-dev.txt \
	  || $(call fail,依赖安装失败：请检查能否访问 Python 软件源（可用 PIP_INDEX_URL 指定）后重试。,Installing failed: check that a Python package index is reachable (PIP_INDEX_URL names one) and try again.)
	@touch $@

static/vendor/.done: package.json package-lock.json .npmrc scripts/vendor.py requirements-node.txt | $(VENV)/.runtime
	@echo '获取前端文件 / fetching the front-end files'
	@command -v npm >/dev/null || $(PIP) -r requirements-node.txt \
	  || $(call fail,没有 npm，且无法从 Python 软件源安装：请安装 Node.js 20 或更新版本后重试。,There is no npm and the Python index gave none: install Node.js 20 or newer and try again.)
	@$(PY) scripts/vendor.py \
	  || $(call fail,前端文件获取失败：请检查能否访问 npm 软件源后重试。,Fetching the front-end files failed: check that the npm registry is reachable and try again.)
	@touch $@

%.mo: %.po scripts/messages.py | $(VENV)/.runtime
	@$(PY) scripts/messages.py compile \
	  || $(call fail,译文编译失败：请按提示修改 $<。,Compiling the translations failed: mend $< as told.)
	@touch $@
