-- CreateTable
CREATE TABLE "facts_confluence" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "kind", "factId")
);
