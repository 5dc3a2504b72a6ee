-- CreateTable
CREATE TABLE "facts_runs" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId", "attempt")
);

-- CreateTable
CREATE TABLE "facts_jobs" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_test_artifacts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_releases" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_deployments" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_incidents" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_pull_requests" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_reviews" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_review_comments" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_commits" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_wiki_pages" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_discussions" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_gap_issues" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_dependabot_alerts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_code_scanning_alerts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "facts_secret_alerts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "until" DATETIME,
    "version" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "factId")
);

-- CreateTable
CREATE TABLE "fact_snapshots" (
    "repositoryId" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "kind", "branch")
);

-- CreateTable
CREATE TABLE "collections" (
    "repositoryId" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "reachedFrom" DATETIME,
    "collectedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryId", "kind", "branch")
);

-- CreateTable
CREATE TABLE "imports" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "publicId" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "repository" TEXT,
    "dimension" TEXT,
    "input" JSONB NOT NULL,
    "windowFrom" DATETIME NOT NULL,
    "windowTo" DATETIME NOT NULL,
    "state" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "gaps" JSONB NOT NULL,
    "runId" INTEGER,
    "createdAt" DATETIME NOT NULL,
    "finishedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "import_metrics" (
    "importId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT,
    "number" REAL,
    "reason" TEXT,

    PRIMARY KEY ("importId", "name")
);

-- CreateIndex
CREATE UNIQUE INDEX "imports_publicId_key" ON "imports"("publicId");

-- CreateIndex
CREATE INDEX "imports_scope_dimension_id_idx" ON "imports"("scope", "dimension", "id");

-- CreateIndex
CREATE INDEX "imports_provider_id_idx" ON "imports"("provider", "id");

-- CreateIndex
CREATE INDEX "imports_runId_idx" ON "imports"("runId");

-- CreateIndex
CREATE INDEX "import_metrics_name_idx" ON "import_metrics"("name");
