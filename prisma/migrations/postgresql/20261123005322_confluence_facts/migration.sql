-- CreateTable
CREATE TABLE "facts_confluence" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" TIMESTAMP(3),
    "data" JSONB NOT NULL,
    "collectedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "facts_confluence_pkey" PRIMARY KEY ("connectionId","scope","kind","factId")
);
