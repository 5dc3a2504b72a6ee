-- CreateTable
CREATE TABLE "facts_runs" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_runs_pkey" PRIMARY KEY ("repositoryId","factId","attempt")
);

-- CreateTable
CREATE TABLE "facts_jobs" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jobs_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_test_artifacts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_test_artifacts_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_releases" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_releases_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_deployments" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_deployments_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_incidents" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_incidents_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_pull_requests" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_pull_requests_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_reviews" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_reviews_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_review_comments" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_review_comments_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_commits" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_commits_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_wiki_pages" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_wiki_pages_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_discussions" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_discussions_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_gap_issues" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_gap_issues_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_dependabot_alerts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_dependabot_alerts_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_code_scanning_alerts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_code_scanning_alerts_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "facts_secret_alerts" (
    "repositoryId" BIGINT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "until" TIMESTAMP(3),
    "version" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_secret_alerts_pkey" PRIMARY KEY ("repositoryId","factId")
);

-- CreateTable
CREATE TABLE "fact_snapshots" (
    "repositoryId" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "fact_snapshots_pkey" PRIMARY KEY ("repositoryId","kind","branch")
);

-- CreateTable
CREATE TABLE "collections" (
    "repositoryId" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "reachedFrom" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3),
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "collections_pkey" PRIMARY KEY ("repositoryId","kind","branch")
);

-- CreateTable
CREATE TABLE "imports" (
    "id" SERIAL NOT NULL,
    "publicId" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "repository" TEXT,
    "dimension" TEXT,
    "input" JSONB NOT NULL,
    "windowFrom" TIMESTAMP(3) NOT NULL,
    "windowTo" TIMESTAMP(3) NOT NULL,
    "state" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "gaps" JSONB NOT NULL,
    "runId" INTEGER,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "finishedAt" TIMESTAMP(3),
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_metrics" (
    "importId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT,
    "number" DOUBLE PRECISION,
    "reason" TEXT,

    CONSTRAINT "import_metrics_pkey" PRIMARY KEY ("importId","name")
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
