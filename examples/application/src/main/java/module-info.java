/** An application that keeps a journal. It is written against the API alone; engine and providers are found when it runs. */
module com.example.journal {
    requires io.lss.api;
}
