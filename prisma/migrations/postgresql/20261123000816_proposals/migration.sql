-- CreateTable
CREATE TABLE "proposals" (
    "id" SERIAL NOT NULL,
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "artifactKind" TEXT NOT NULL,
    "artifactId" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "number" INTEGER,
    "url" TEXT,
    "contentHash" TEXT NOT NULL,
    "headSha" TEXT,
    "state" TEXT NOT NULL,
    "refusedKey" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "proposals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "proposals_state_idx" ON "proposals"("state");

-- CreateIndex
CREATE UNIQUE INDEX "proposals_connectionId_scope_artifactKind_artifactId_key" ON "proposals"("connectionId", "scope", "artifactKind", "artifactId");
