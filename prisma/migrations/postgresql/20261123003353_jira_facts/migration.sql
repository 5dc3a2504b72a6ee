-- CreateTable
CREATE TABLE "facts_jira_issues" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "historyAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jira_issues_pkey" PRIMARY KEY ("connectionId","scope","factId")
);

-- CreateTable
CREATE TABLE "facts_jira_changes" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jira_changes_pkey" PRIMARY KEY ("connectionId","scope","factId")
);

-- CreateTable
CREATE TABLE "facts_jira_sprints" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jira_sprints_pkey" PRIMARY KEY ("connectionId","scope","factId")
);

-- CreateTable
CREATE TABLE "facts_jira_boards" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jira_boards_pkey" PRIMARY KEY ("connectionId","scope","factId")
);

-- CreateTable
CREATE TABLE "facts_jira_versions" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jira_versions_pkey" PRIMARY KEY ("connectionId","scope","factId")
);

-- CreateTable
CREATE TABLE "facts_jira_statuses" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "goneAt" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_jira_statuses_pkey" PRIMARY KEY ("connectionId","scope","factId")
);

-- CreateTable
CREATE TABLE "jira_collections" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "reachedFrom" TIMESTAMP(3),
    "collectedAt" TIMESTAMP(3),
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "jira_collections_pkey" PRIMARY KEY ("connectionId","scope","kind")
);
